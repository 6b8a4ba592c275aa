package io.walferry.tests.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** The same work in several threads at once. */
final class Parallel {

    @FunctionalInterface
    interface Work {
        void run(int thread) throws Exception;
    }

    private Parallel() {}

    /**
     * Returns when all threads are done.
     *
     * @throws IOException if one of them failed
     */
    static void run(int threads, Work work) throws IOException, InterruptedException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> all = IntStream.range(0, threads)
                    .mapToObj(thread -> (Callable<Void>) () -> {
                        work.run(thread);
                        return null;
                    })
                    .toList();
            for (Future<Void> end : executor.invokeAll(all)) {
                end.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } finally {
            executor.shutdownNow();
        }
    }
}
