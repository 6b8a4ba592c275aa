package io.walferry.tests.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a command's work in a directory of its own and leaves nothing behind, be it interrupted at any moment; only a failure
 * keeps the directory, for its logs. One closing line tells the outcome.
 */
public final class CleanRun {

    /** The work; it takes down all it has started before it returns or throws, in particular when interrupted. */
    @FunctionalInterface
    public interface Work {

        /**
         * @return the closing line
         * @throws Exception whose message, beside the place of the logs, is the closing line
         */
        String run(Path directory) throws Exception;
    }

    private static final long INTERRUPTED_LIMIT_SECONDS = 20;
    private static final int DELETE_ATTEMPTS = 20;

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean interrupted;

    private CleanRun() {}

    /**
     * Runs the work in this thread, which must be the one that ends the JVM.
     *
     * @param name of the command, with which the closing line begins
     * @return the exit status
     */
    public static int of(String name, Work work) {
        return new CleanRun().run(name, work);
    }

    private int run(String name, Work work) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::interrupt, "interrupt"));
        int status = 1;
        try {
            Path directory = Files.createTempDirectory("walferry-" + name + "-");
            String outcome = null;
            String problem = null;
            try {
                outcome = work.run(directory);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (Exception | AssertionError e) {
                problem = oneLine(e.getMessage() == null ? e.toString() : e.getMessage());
            }
            Thread.interrupted();
            if (problem == null || interrupted) {
                delete(directory);
            }
            if (interrupted) {
                System.out.println(name + ": FAILED interrupted; nothing is left of it");
                return 1;
            }
            System.out.println(
                    name + ": " + (problem == null ? outcome : "FAILED " + problem + " (logs: " + directory + ")"));
            status = problem == null ? 0 : 1;
        } catch (IOException e) {
            System.out.println(name + ": FAILED " + oneLine(e.toString()));
        } finally {
            ended.countDown();
        }
        return status;
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\n\\s*", " | ");
    }

    /** On Ctrl-C or SIGTERM: lets the work undo what it has set up before the JVM goes. */
    private void interrupt() {
        if (ended.getCount() == 0) {
            return;
        }
        interrupted = true;
        worker.interrupt();
        try {
            if (!ended.await(INTERRUPTED_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("Could not clean up within " + INTERRUPTED_LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Deletes it with all that is in it, be it that others delete in it, or just finish a file, at the same time. */
    private static void delete(Path directory) throws IOException {
        for (int attempt = 1; Files.exists(directory); attempt++) {
            try {
                deleteOnce(directory);
            } catch (IOException | UncheckedIOException e) {
                if (attempt == DELETE_ATTEMPTS) {
                    throw new IOException("Could not delete " + directory, e);
                }
            }
        }
    }

    private static void deleteOnce(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
