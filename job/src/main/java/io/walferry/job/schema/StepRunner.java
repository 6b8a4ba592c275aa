package io.walferry.job.schema;

import io.walferry.job.failure.SyncException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Makes steps over several connections. When one fails, those that run are finished, so that a retry has less to do; when the
 * caller is interrupted, they are cancelled.
 */
final class StepRunner {

    private static final long RETRY_MS = 50;

    private final Connections connections;
    private final int parallelism;
    private final StepListener listener;

    /** Opens a connection in autocommit mode, prepared for creating structure. */
    @FunctionalInterface
    interface Connections {
        Connection open() throws SQLException;
    }

    StepRunner(Connections connections, int parallelism, StepListener listener) {
        this.connections = connections;
        this.parallelism = parallelism;
        this.listener = listener;
    }

    /** Makes what is not there. */
    void run(List<Step> steps) throws SQLException, InterruptedException {
        TargetObjects present;
        try (Connection connection = connections.open()) {
            present = TargetObjects.read(connection);
        }
        List<Step> missing =
                steps.stream().filter(step -> !present.has(step.presence())).toList();
        if (missing.isEmpty()) {
            return;
        }
        Set<Step> rebuild = missing.stream()
                .filter(step -> present.hasInvalid(step.presence()))
                .collect(Collectors.toSet());
        new Run(missing, rebuild).go();
    }

    private final class Run {
        private final StepQueue queue;
        private final Set<Step> rebuild;
        private final int total;
        private final BlockingQueue<Step> done = new LinkedBlockingQueue<>();

        Run(List<Step> missing, Set<Step> rebuild) {
            queue = new StepQueue(missing);
            this.rebuild = rebuild;
            total = missing.size();
        }

        void go() throws SQLException, InterruptedException {
            int threads = Math.min(parallelism, total);
            ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
                Thread thread = new Thread(task, "walferry-structure");
                thread.setDaemon(true);
                return thread;
            });
            List<RunningStatement> running = new ArrayList<>();
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                RunningStatement statement = new RunningStatement();
                running.add(statement);
                workers.add(executor.submit(() -> {
                    work(statement);
                    return null;
                }));
            }
            executor.shutdown();
            try {
                report(executor);
            } catch (InterruptedException | SQLException e) {
                queue.stop();
                // Again and again: a worker may be between two statements when it is cancelled.
                do {
                    running.forEach(RunningStatement::cancel);
                } while (!executor.awaitTermination(RETRY_MS, TimeUnit.MILLISECONDS));
                throw e;
            }
            rethrow(workers);
        }

        private void work(RunningStatement running) throws SQLException, InterruptedException {
            try (Connection connection = connections.open()) {
                for (Step step = queue.take(); step != null; step = queue.take()) {
                    StepExecution.run(connection, step, rebuild.contains(step), running);
                    queue.done(step);
                    done.add(step);
                }
            } catch (SQLException | RuntimeException e) {
                queue.stop();
                throw e;
            }
        }

        private void report(ExecutorService executor) throws SQLException, InterruptedException {
            int reported = 0;
            while (!executor.isTerminated() || !done.isEmpty()) {
                Step step = done.poll(RETRY_MS, TimeUnit.MILLISECONDS);
                if (step != null) {
                    listener.activity("created " + step.object() + ", " + ++reported + " of " + total);
                }
            }
        }

        private void rethrow(List<Future<?>> workers) throws SQLException, InterruptedException {
            Throwable first = null;
            for (Future<?> worker : workers) {
                try {
                    worker.get();
                } catch (ExecutionException e) {
                    if (first == null) {
                        first = e.getCause();
                    } else {
                        first.addSuppressed(e.getCause());
                    }
                }
            }
            if (first instanceof SQLException e) {
                throw e;
            }
            if (first instanceof SyncException e) {
                throw e;
            }
            if (first instanceof RuntimeException e) {
                throw e;
            }
            if (first instanceof InterruptedException e) {
                throw e;
            }
            if (first != null) {
                throw new IllegalStateException(first);
            }
        }
    }
}
