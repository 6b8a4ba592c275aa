package io.walferry.job.schema;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes steps over several connections. When one fails, those that run are finished, so that a retry has less to do; when the
 * caller is interrupted, they are cancelled.
 */
final class StepRunner {

    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);
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
        List<Step> missing = new ArrayList<>();
        for (Step step : steps) {
            if (!present.has(step.presence()) && !listener.settled(step.name())) {
                missing.add(step);
            }
        }
        OpenObjects objects = new OpenObjects(steps, missing);
        listener.present(objects.present());
        if (missing.isEmpty()) {
            return;
        }
        Set<Step> rebuild = missing.stream()
                .filter(step -> present.hasInvalid(step.presence()))
                .collect(Collectors.toSet());
        new Run(missing, rebuild, objects).go();
    }

    /** @param failure present if the task goes on without the step */
    private record Outcome(Step step, Optional<StepFailure> failure) {}

    private final class Run {
        private final StepQueue queue;
        private final Set<Step> rebuild;
        private final OpenObjects objects;
        private final int total;
        private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

        Run(List<Step> missing, Set<Step> rebuild, OpenObjects objects) {
            queue = new StepQueue(missing);
            this.rebuild = rebuild;
            this.objects = objects;
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
                    Optional<StepFailure> failure = make(connection, step, running);
                    queue.done(step);
                    outcomes.add(new Outcome(step, failure));
                }
            } catch (SQLException | RuntimeException e) {
                queue.stop();
                throw e;
            }
        }

        /** A failure that the task can do without; any other is thrown. */
        private Optional<StepFailure> make(Connection connection, Step step, RunningStatement running) {
            try {
                StepExecution.run(connection, step, rebuild.contains(step), running);
                return Optional.empty();
            } catch (StepFailure e) {
                if (!step.dispensable() || e.kind() == FailureKind.TRANSIENT) {
                    throw e;
                }
                return Optional.of(e);
            }
        }

        private void report(ExecutorService executor) throws SQLException, InterruptedException {
            int reported = 0;
            while (!executor.isTerminated() || !outcomes.isEmpty()) {
                Outcome outcome = outcomes.poll(RETRY_MS, TimeUnit.MILLISECONDS);
                if (outcome != null) {
                    tell(outcome, ++reported);
                }
            }
        }

        private void tell(Outcome outcome, int reported) throws SQLException {
            Step step = outcome.step();
            String place = ", " + reported + " of " + total;
            if (outcome.failure().isPresent()) {
                String message = outcome.failure().get().serverMessage();
                objects.failed(step);
                LOG.warn("Left out target {}, which cannot be created: {}", step.object(), message);
                listener.failed(step.name(), message);
                listener.activity("failed to create " + step.object() + place);
            } else {
                listener.done(objects.done(step));
                listener.activity("created " + step.object() + place);
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
