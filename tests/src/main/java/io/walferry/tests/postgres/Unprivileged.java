package io.walferry.tests.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL refuses to run as root. For root, its programs run in a user namespace that maps no user ({@code unshare -U}:
 * files keep their owner, and the user id looks like nobody's), or, where that is forbidden, as a user of the machine.
 */
final class Unprivileged {

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private static final List<String> PREFIX = ROOT ? prefix() : List.of();

    private static final boolean OTHER_USER =
            !PREFIX.isEmpty() && !PREFIX.get(0).equals("unshare");

    private Unprivileged() {}

    /** What to put before a command of PostgreSQL. */
    static List<String> commandPrefix() {
        return PREFIX;
    }

    /** Where unpacked programs stay; another user than ours must be able to read it. */
    static Path cacheDirectory() {
        Path parent = Path.of(OTHER_USER ? "/var/tmp" : System.getProperty("user.home"));
        return parent.resolve(".cache/walferry/postgres");
    }

    /** Hands the directory to the user that the server will run as. */
    static void giveTo(Path directory) throws IOException {
        if (OTHER_USER) {
            String owner = PREFIX.get(PREFIX.size() - 2);
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner));
        }
    }

    private static List<String> prefix() {
        List<List<String>> ways = List.of(
                List.of("unshare", "-U"),
                List.of("runuser", "-u", "postgres", "--"),
                List.of("runuser", "-u", "nobody", "--"));
        for (List<String> way : ways) {
            if (works(way)) {
                return way;
            }
        }
        throw new IllegalStateException(
                "PostgreSQL refuses to run as root, and neither unshare -U nor runuser works here:"
                        + " run as another user");
    }

    private static boolean works(List<String> way) {
        try {
            List<String> command = new java.util.ArrayList<>(way);
            command.add("true");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
