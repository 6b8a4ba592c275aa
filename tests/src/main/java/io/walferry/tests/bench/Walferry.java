package io.walferry.tests.bench;

import io.walferry.tests.command.ControlRecords;
import io.walferry.tests.command.TaskText;
import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** The product, with the settings that it has by default, as {@code walferry run} in a JVM of its own with a heap of 1 GB. */
final class Walferry implements Follower {

    private static final int LOAD_LIMIT_SECONDS = 1_800;
    private static final int PAUSE_LIMIT_SECONDS = 60;

    private final Field field;
    private final String name;
    private final String task;
    private final String more;
    private final Path taskFile;
    private final Path log;
    private String database;
    private WalferryProcess process;

    /** @param number tells this one from others at the same source */
    Walferry(Field field, int number) {
        this(field, "ours", number, "");
    }

    /** @param more sections of the task file */
    Walferry(Field field, String name, int number, String more) {
        this.field = field;
        this.name = name;
        this.more = more;
        this.task = "bench_" + number;
        this.taskFile = field.directory().resolve(task + ".yaml");
        this.log = field.directory().resolve(task + ".log");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public LoadTime load(String targetDatabase) throws SQLException, IOException, InterruptedException {
        database = targetDatabase;
        PostgresServer source = field.servers().source();
        PostgresServer target = field.servers().target();
        Files.writeString(
                taskFile,
                TaskText.of(task, source, field.sourceDatabase(), target, database, List.of(BenchTables.SCHEMA))
                        + more);
        try (Connection connection = target.connect(database)) {
            Clock clock = new Clock();
            resume();
            double startup = clock.await(
                    "First row of the load",
                    LOAD_LIMIT_SECONDS,
                    () -> isCopying(connection) || phaseIs(connection, "changes"));
            double seconds = clock.await("End of the load", LOAD_LIMIT_SECONDS, () -> phaseIs(connection, "changes"));
            return new LoadTime(seconds, startup, peakMemoryBytes());
        }
    }

    private boolean phaseIs(Connection connection, String phase)
            throws SQLException, IOException, InterruptedException {
        check();
        return ControlRecords.phase(connection, task).filter(phase::equals).isPresent();
    }

    private static boolean isCopying(Connection connection) throws SQLException {
        return Queries.isTrue(
                connection,
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_copy"
                        + " WHERE datname = current_database() AND tuples_processed > 0)");
    }

    @Override
    public String slot() {
        return "walferry_" + task;
    }

    @Override
    public String database() {
        return database;
    }

    @Override
    public void resume() throws IOException {
        process = WalferryProcess.start(
                field.home(),
                Map.of(
                        TaskText.SOURCE_PASSWORD,
                        field.servers().source().password(),
                        TaskText.TARGET_PASSWORD,
                        field.servers().target().password(),
                        "XDG_STATE_HOME",
                        field.directory().resolve("state").toString()),
                Redirect.appendTo(log.toFile()),
                "run",
                taskFile.toString());
    }

    @Override
    public void pause() throws SQLException, IOException, InterruptedException {
        process.stop();
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            new Clock().await("Release of the slot", PAUSE_LIMIT_SECONDS, () -> !Queries.slotIsActive(source, slot()));
        }
    }

    @Override
    public void check() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IOException("walferry ended with status " + process.exitStatus() + ", see " + log.getFileName());
        }
    }

    @Override
    public long peakMemoryBytes() {
        return process.peakMemoryBytes();
    }

    @Override
    public void close() throws SQLException, IOException {
        if (process == null) {
            return;
        }
        try (WalferryProcess running = process;
                Connection source = field.servers().source().connect(field.sourceDatabase())) {
            if (running.isAlive()) {
                pause();
            }
            source.createStatement()
                    .execute(
                            "SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots"
                                    + " WHERE slot_name = '" + slot() + "'");
            source.createStatement().execute("DROP PUBLICATION IF EXISTS \"walferry_" + task + "\"");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
