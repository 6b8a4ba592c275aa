package io.walferry.tests.source;

import io.walferry.job.config.AlertsConfig;
import io.walferry.job.config.ApplyConfig;
import io.walferry.job.config.CheckpointConfig;
import io.walferry.job.config.CutoverConfig;
import io.walferry.job.config.DdlConfig;
import io.walferry.job.config.DdlPolicy;
import io.walferry.job.config.Endpoint;
import io.walferry.job.config.EtlConfig;
import io.walferry.job.config.LoadConfig;
import io.walferry.job.config.MappingConfig;
import io.walferry.job.config.MetricsConfig;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.config.OriginsConfig;
import io.walferry.job.config.PhasesConfig;
import io.walferry.job.config.PrecheckConfig;
import io.walferry.job.config.RetryConfig;
import io.walferry.job.config.Secret;
import io.walferry.job.config.SslConfig;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskProfile;
import io.walferry.job.config.ThrottleConfig;
import io.walferry.job.config.VerifyConfig;
import io.walferry.job.pipeline.PreparedTask;
import io.walferry.job.pipeline.SyncPipeline;
import io.walferry.job.pipeline.TaskPreparation;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.Comparison;
import io.walferry.tests.support.DatabasePair;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointException;
import org.apache.flink.runtime.checkpoint.CheckpointFailureReason;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;

/** A task whose job runs on a Flink mini cluster of this JVM, so that it can be stopped and started at chosen states. */
final class LocalJob {

    static final String TASK = "local";

    /** Longer than any test: what happens does not wait for a checkpoint then. */
    static final Duration NEVER = Duration.ofHours(1);

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final DatabasePair pair;
    private final Connection source;
    private final Connection target;
    private final Path directory;
    private JobClient client;
    private CompletableFuture<JobExecutionResult> end = CompletableFuture.completedFuture(null);

    private DdlConfig ddl = DdlConfig.DEFAULT;

    LocalJob(DatabasePair pair, Path directory) throws SQLException {
        this.pair = pair;
        this.directory = directory;
        this.source = pair.openSource();
        this.target = pair.openTarget();
    }

    void atSource(String sql) throws SQLException {
        execute(source, sql);
    }

    void atTarget(String sql) throws SQLException {
        execute(target, sql);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long targetNumber(String sql) throws SQLException {
        return number(target, sql);
    }

    long sourceNumber(String sql) throws SQLException {
        return number(source, sql);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    Connection openSource() throws SQLException {
        return pair.openSource();
    }

    /** Lets the next task take no notice of changes of structure. */
    void ignoreStructure() {
        ddl = DdlConfig.of(DdlPolicy.IGNORE);
    }

    PreparedTask prepare(int parallelism, int writers, Duration checkpointInterval) throws Exception {
        TaskConfig config = new TaskConfig(
                TASK,
                endpoint(pair.source(), pair.sourceDatabase()),
                endpoint(pair.target(), pair.targetDatabase()),
                new ObjectsConfig(List.of("public"), List.of(), List.of()),
                new LoadConfig(1_000, parallelism),
                new ApplyConfig(
                        writers,
                        ApplyConfig.DEFAULT.batchRows(),
                        ApplyConfig.DEFAULT.batchBytes(),
                        ApplyConfig.DEFAULT.linger()),
                new CheckpointConfig(
                        checkpointInterval,
                        directory.resolve("checkpoints").toUri().toString()),
                MappingConfig.NONE,
                PhasesConfig.ALL,
                new PrecheckConfig(List.of()),
                EtlConfig.NONE,
                VerifyConfig.DEFAULT,
                ThrottleConfig.NONE,
                RetryConfig.DEFAULT,
                ddl,
                AlertsConfig.NONE,
                MetricsConfig.NONE,
                TaskProfile.DEFAULT,
                CutoverConfig.DEFAULT,
                OriginsConfig.NONE);
        return TaskPreparation.prepare(config, line -> {});
    }

    private static Endpoint endpoint(PostgresServer server, String database) {
        return new Endpoint(
                server.hostname(),
                server.port(),
                database,
                server.username(),
                new Secret(server.password()),
                SslConfig.PREFER);
    }

    void start(PreparedTask task) throws Exception {
        start(task, null);
    }

    /** @param savepoint {@code null}: from what the target's records say */
    void start(PreparedTask task, String savepoint) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
        if (savepoint != null) {
            configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        SyncPipeline.build(environment, task);
        client = environment.executeAsync("walferry " + TASK);
        end = client.getJobExecutionResult();
    }

    /** Taken as soon as all of the job's operators run. */
    String savepoint() throws Exception {
        AtomicReference<String> savepoint = new AtomicReference<>();
        Await.until("all operators run", LIMIT, () -> {
            try {
                savepoint.set(client.triggerSavepoint(
                                directory.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                        .get(LIMIT.toSeconds(), TimeUnit.SECONDS));
                return true;
            } catch (ExecutionException e) {
                if (ExceptionUtils.findThrowable(e, CheckpointException.class)
                        .filter(refused -> refused.getCheckpointFailureReason()
                                == CheckpointFailureReason.NOT_ALL_REQUIRED_TASKS_RUNNING)
                        .isPresent()) {
                    return false;
                }
                throw e;
            }
        });
        return savepoint.get();
    }

    /** Cancels the job and waits until its sessions on both servers have ended. */
    void cancel() throws Exception {
        client.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        Await.until("the job has ended", LIMIT, end::isDone);
        String sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'walferry " + TASK
                + "%' AND datname = current_database()";
        Await.until(
                "the job's sessions have ended",
                Duration.ofSeconds(10),
                () -> number(source, sessions) == 0 && number(target, sessions) == 0);
    }

    /** @return messages of the failure and its causes */
    String awaitFailure() throws Exception {
        try {
            end.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("The job has ended without a failure");
        } catch (ExecutionException failure) {
            StringBuilder messages = new StringBuilder();
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                messages.append(cause).append('\n');
            }
            return messages.toString();
        }
    }

    void awaitEqual() throws Exception {
        String[] difference = {""};
        try (Connection ownSource = pair.openSource();
                Connection ownTarget = pair.openTarget()) {
            Await.until("both sides are equal", LIMIT, () -> difference[0], () -> {
                if (end.isDone()) {
                    throw new AssertionError(awaitFailure());
                }
                if (targetNumber("SELECT count(*) FROM walferry.snapshot_chunk WHERE loaded_at IS NULL") > 0) {
                    return false;
                }
                Comparison comparison = Comparison.of(ownSource, ownTarget, List.of());
                difference[0] = comparison.summary();
                return comparison.differences().isEmpty();
            });
        }
    }

    /** Ends the job and drops its databases. */
    void drop() throws Exception {
        try {
            if (!end.isDone()) {
                client.cancel().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            source.close();
            target.close();
            pair.drop();
        }
    }
}
