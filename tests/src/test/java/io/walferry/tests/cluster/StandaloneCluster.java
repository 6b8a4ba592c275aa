package io.walferry.tests.cluster;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A cluster of {@code deploy/cluster}: the entry points of Flink's own jars, and nothing of Walferry on their class path, so the
 * job has to bring all that it needs.
 */
final class StandaloneCluster implements AutoCloseable {

    static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private static final String SCRIPT = HOME.resolve("deploy/cluster").toString();
    private static final String DIRECTORY = "WALFERRY_CLUSTER";
    private static final long LIMIT_SECONDS = 120;

    private final Path directory;
    private final int taskManagers;
    private final int restPort;
    private final Process guard;

    private StandaloneCluster(Path directory, int taskManagers, int restPort) throws IOException {
        this.directory = directory;
        this.taskManagers = taskManagers;
        this.restPort = restPort;
        // Should this JVM be killed, a shell that waits at the end of a pipe ends the cluster.
        ProcessBuilder stop = new ProcessBuilder("sh", "-c", "read -r line; exec \"$0\" stop", SCRIPT)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        stop.environment().put(DIRECTORY, directory.toString());
        this.guard = stop.start();
    }

    /** Starts one that survives its JobManager; returns when all TaskManagers have registered. */
    static StandaloneCluster start(Path directory, int taskManagers, int slots) throws Exception {
        StandaloneCluster cluster = new StandaloneCluster(directory, taskManagers, freePort());
        try {
            cluster.script("start", "--ha", "--slots", "" + slots, "--port", "" + cluster.restPort);
            return cluster;
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    /** Starts what was killed. */
    void startAgain() throws Exception {
        script("start");
    }

    /** Of its REST interface. */
    String address() {
        return "http://127.0.0.1:" + restPort;
    }

    Path directory() {
        return directory;
    }

    /** Ends a process as a crash would; returns when it is gone. */
    void kill(String name) throws Exception {
        long pid = Long.parseLong(
                Files.readString(directory.resolve("run/" + name + ".pid")).strip());
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** {@code flink run} with the arguments; its output goes to the file. */
    Process flinkRun(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.time=ALL-UNNAMED",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dlog4j2.level=WARN",
                "-cp",
                HOME.resolve("job/target/flink-lib") + File.separator + "*",
                "org.apache.flink.client.cli.CliFrontend",
                "run",
                "-m",
                "127.0.0.1:" + restPort));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("FLINK_CONF_DIR", directory.resolve("conf").toString());
        return builder.start();
    }

    /** Returns what the script has printed; fails with it if its exit status is not 0. */
    String script(String verb, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SCRIPT, verb));
        command.addAll(List.of(options));
        if (verb.equals("start")) {
            command.addAll(List.of("--task-managers", "" + taskManagers));
        }
        Path output = Files.createTempFile("cluster", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.to(output.toFile()));
        builder.environment().put(DIRECTORY, directory.toString());
        // These processes live for a minute: what the optimizing compiler would take it never gives back.
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        String printed = Files.readString(output);
        Files.delete(output);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError("deploy/cluster " + verb + (ended ? " failed:\n" : " did not end:\n") + printed);
        }
        return printed;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            script("stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            guard.destroy();
        }
    }
}
