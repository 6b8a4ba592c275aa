package io.walferry.tests.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What {@code deploy/quickstart} runs. Its last line begins with {@code quickstart: OK} or {@code quickstart: FAILED}. */
public final class Quickstart {

    private static final long INTERRUPTED_LIMIT_SECONDS = 20;

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean interrupted;

    private Quickstart() {}

    /** @param arguments the project's directory */
    public static void main(String[] arguments) {
        System.exit(new Quickstart().run(Path.of(arguments[0])));
    }

    private int run(Path home) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::interrupt, "quickstart-interrupt"));
        int status = 1;
        try {
            status = inDirectory(home, Files.createTempDirectory("walferry-quickstart-"));
        } catch (IOException e) {
            say("FAILED " + e.getMessage());
        } finally {
            ended.countDown();
        }
        return status;
    }

    private int inDirectory(Path home, Path directory) throws IOException {
        ShopTask.Result result = null;
        String problem = null;
        try (ShopTask task = new ShopTask(home, directory)) {
            result = task.run();
        } catch (SQLException | IOException | RuntimeException e) {
            problem = e.getMessage() == null ? e.toString() : e.getMessage();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Directory.delete(directory);
            return 1;
        }
        if (result != null && result.differences() > 0) {
            problem = "%d rows differ: %s".formatted(result.differences(), result.differing());
        }
        if (problem != null) {
            say("FAILED " + problem.strip().replaceAll("\\s*\n\\s*", " | ") + " (logs: " + directory + ")");
            return 1;
        }
        Directory.delete(directory);
        say("OK tables=%d rows=%d changes=%d differences=0"
                .formatted(result.tables(), result.rows(), result.changes()));
        return 0;
    }

    private static void say(String line) {
        System.out.println("quickstart: " + line);
    }

    /** On Ctrl-C or SIGTERM: lets the main thread undo what it has set up, and takes the JVM down after it. */
    private void interrupt() {
        if (ended.getCount() == 0) {
            return;
        }
        interrupted = true;
        worker.interrupt();
        try {
            if (!ended.await(INTERRUPTED_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("quickstart: could not clean up within " + INTERRUPTED_LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
