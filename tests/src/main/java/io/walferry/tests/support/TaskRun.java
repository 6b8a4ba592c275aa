package io.walferry.tests.support;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * One task between two databases of its own, from its task file to the comparison at the end. Closing it checks that the job
 * has left nothing behind and has logged no secret, then removes all.
 */
public final class TaskRun implements AutoCloseable {

    /** Every text that the tests write contains it; no log line may. */
    public static final String MARKER = "zwq7value";

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final DatabasePair pair;
    private final TaskFile file;
    private final Path directory;
    private final Path log;
    private Connection source;
    private Connection target;
    private JobProcess job;

    private TaskRun(DatabasePair pair, String task) throws IOException, SQLException {
        this.pair = pair;
        Path parent = Path.of(System.getProperty("tests.directory", System.getProperty("java.io.tmpdir")));
        this.directory = Files.createTempDirectory(Files.createDirectories(parent), task + "-");
        this.file = new TaskFile(task, pair, directory.resolve("checkpoints"));
        this.log = directory.resolve("job.log");
        reconnect();
    }

    /** On the shared servers. The name is the task's and begins those of the databases. */
    public static TaskRun shared(String task) throws IOException, SQLException {
        return on(TestServers.source(), TestServers.target(), task);
    }

    public static TaskRun on(PostgresServer source, PostgresServer target, String task)
            throws IOException, SQLException {
        return new TaskRun(DatabasePair.create(source, target, task), task);
    }

    /** Settings; they hold from the next start. */
    public TaskFile file() {
        return file;
    }

    public DatabasePair pair() {
        return pair;
    }

    /** In autocommit mode. */
    public Connection source() {
        return source;
    }

    /** In autocommit mode. */
    public Connection target() {
        return target;
    }

    public JobProcess job() {
        return job;
    }

    public Path log() {
        return log;
    }

    /** Runs the statements at the source, each in its own transaction. */
    public void atSource(String... statements) throws SQLException {
        execute(source, statements);
    }

    public void atTarget(String... statements) throws SQLException {
        execute(target, statements);
    }

    /** Runs the statements at the source in one transaction. */
    public void inOneTransaction(String... statements) throws SQLException {
        source.setAutoCommit(false);
        try {
            execute(source, statements);
            source.commit();
        } finally {
            source.rollback();
            source.setAutoCommit(true);
        }
    }

    /** Opens the connections anew, after a server was restarted. */
    public void reconnect() throws SQLException {
        closeConnections();
        source = pair.openSource();
        target = pair.openTarget();
    }

    /** Starts the job, for the first time or again; returns at once. */
    public TaskRun start(String... jvmOptions) throws IOException {
        if (job != null) {
            job.close();
        }
        return startAnother(jvmOptions);
    }

    /** Starts a second job of the same task and leaves the first to the caller. */
    public TaskRun startAnother(String... jvmOptions) throws IOException {
        Path taskFile = file.write(directory.resolve("task.yaml"));
        job = JobProcess.start(taskFile, log, List.of(jvmOptions));
        return this;
    }

    /** Waits until the load is done and the job follows changes. */
    public TaskRun awaitChanges() throws Exception {
        inStep().awaitChanges(LIMIT, this::jobIsAlive);
        return this;
    }

    /** Waits until all that was committed at the source is durable at the target. */
    public TaskRun awaitInStep() throws Exception {
        inStep().await(LIMIT, this::jobIsAlive);
        return this;
    }

    public InStep inStep() {
        return new InStep(source, target, file.task());
    }

    private boolean jobIsAlive() {
        job.requireAlive();
        return true;
    }

    /** Compares all tables, or fails with what differs. */
    public Comparison assertEqual(String... withoutTables) throws Exception {
        Comparison comparison;
        try (Connection a = pair.openSource();
                Connection b = pair.openTarget()) {
            comparison = Comparison.of(a, b, List.of(withoutTables));
        }
        if (!comparison.differences().isEmpty()) {
            throw new AssertionError(comparison.summary() + "\nLog: " + log);
        }
        return comparison;
    }

    /** In step, then equal. */
    public Comparison assertInStep() throws Exception {
        awaitInStep();
        return assertEqual();
    }

    public void kill() throws InterruptedException {
        job.kill();
    }

    /** Stops the job politely; it must end well. */
    public void terminate() throws InterruptedException {
        int status = job.terminate();
        if (status != 0 && status != 143) {
            throw new AssertionError("The job ended with status " + status + " on SIGTERM. " + job.tail());
        }
    }

    /** Kills the job, checks what it leaves behind and what it has logged, drops the databases. */
    @Override
    public void close() throws SQLException {
        try {
            if (job != null) {
                job.close();
                Leftovers.inLog(job.output(), pair);
                Leftovers.onServers(pair, file.task());
            }
            closeConnections();
            pair.drop();
        } catch (SQLException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            if (job != null) {
                job.close();
            }
        }
    }

    private void closeConnections() throws SQLException {
        if (source != null) {
            source.close();
            target.close();
        }
    }

    /** Runs the statements over a connection of the caller's. */
    public static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
