package io.walferry.tests.quickstart;

import io.walferry.tests.command.Closing;
import io.walferry.tests.command.ControlRecords;
import io.walferry.tests.command.TaskText;
import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Comparison;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A shop on two servers of its own and the task that keeps them in step; {@link #close()} takes all of it down. */
final class ShopTask implements AutoCloseable {

    /** How it ended; changes are those of the shop's sessions. */
    record Result(Comparison comparison, long changes) {}

    private static final String TASK = "quickstart";
    private static final String SCHEMA = "shop";
    private static final int SESSIONS = 4;
    private static final long SEED = 20_260_101;
    private static final Duration LOAD_LIMIT = Duration.ofSeconds(120);
    private static final Duration IN_STEP_LIMIT = Duration.ofSeconds(90);

    private final Path home;
    private final Path directory;
    private final Steps steps = new Steps();
    private final Closing opened;

    /** @param directory for the task file, the task's state and the logs */
    ShopTask(Path home, Path directory) {
        this.home = home;
        this.directory = directory;
        this.opened = new Closing(directory);
    }

    Result run() throws SQLException, IOException, InterruptedException {
        PostgresServer source = start(17);
        PostgresServer target = start(14);
        steps.done("PostgreSQL 17 as source and 14 as target");
        String sourceDatabase = source.newDatabase("shop");
        String targetDatabase = target.newDatabase("copy");
        Connection atSource = opened.add(source.connect(sourceDatabase));
        Connection atTarget = opened.add(target.connect(targetDatabase));
        makeShop(atSource);
        steps.done("sample shop at the source, schema " + SCHEMA);

        Path taskFile = directory.resolve("task.yaml");
        Files.writeString(
                taskFile,
                TaskText.of(TASK, source, sourceDatabase, target, targetDatabase, List.of(SCHEMA))
                        .with("checkpoint", Map.of("interval", "2s"))
                        .toString());
        ShopWorkload workload = opened.add(new ShopWorkload(sessions(source, sourceDatabase)));
        workload.start();
        steps.started("walferry run " + taskFile.getFileName() + ", while " + SESSIONS + " sessions change the shop");
        WalferryProcess task = opened.add(WalferryProcess.start(
                home,
                Map.of(
                        TaskText.SOURCE_PASSWORD,
                        source.password(),
                        TaskText.TARGET_PASSWORD,
                        target.password(),
                        "XDG_STATE_HOME",
                        directory.resolve("state").toString()),
                Redirect.INHERIT,
                "run",
                taskFile.toString()));
        await(task, "end of the load", LOAD_LIMIT, () -> ControlRecords.phase(atTarget, TASK)
                .filter("changes"::equals)
                .isPresent());
        workload.loaded();
        await(task, "end of the sessions", LOAD_LIMIT, () -> workload.awaitEnd(100, TimeUnit.MILLISECONDS));
        String lastWrite = text(atSource, "SELECT pg_catalog.pg_current_wal_lsn()");
        await(task, "position " + lastWrite, IN_STEP_LIMIT, () -> slotHasPassed(atSource, lastWrite));
        int status = task.stop();
        steps.done("%,d changes made, and applied up to %s; task stopped".formatted(workload.changes(), lastWrite));
        if (status != 0) {
            throw new IOException("walferry ended with status " + status + " when asked to stop");
        }
        Comparison comparison = Comparison.of(atSource, atTarget);
        steps.done("both sides compared row by row");
        return new Result(comparison, workload.changes());
    }

    private PostgresServer start(int majorVersion) throws IOException, InterruptedException {
        return opened.add(PostgresServer.version(majorVersion)
                .withoutFsync()
                .setting("shared_buffers", "256MB")
                .start());
    }

    private static void makeShop(Connection source) throws SQLException, IOException {
        try (InputStream script = ShopTask.class.getResourceAsStream("shop.sql");
                Statement statement = source.createStatement()) {
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
            statement.execute("RESET search_path");
        }
    }

    private static List<ShopSession> sessions(PostgresServer source, String database) throws SQLException {
        List<ShopSession> sessions = new ArrayList<>();
        for (int number = 0; number < SESSIONS; number++) {
            sessions.add(new ShopSession(source.connect(database), number, SEED));
        }
        return sessions;
    }

    /** The slot is acknowledged only once the target has committed what it passes. */
    private static boolean slotHasPassed(Connection source, String lsn) throws SQLException {
        try (PreparedStatement query = source.prepareStatement(
                "SELECT confirmed_flush_lsn >= ?::pg_lsn FROM pg_catalog.pg_replication_slots WHERE slot_name = ?")) {
            query.setString(1, lsn);
            query.setString(2, "walferry_" + TASK);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws SQLException, InterruptedException;
    }

    private static void await(WalferryProcess task, String what, Duration limit, Condition condition)
            throws SQLException, IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (!task.isAlive()) {
                throw new IOException("walferry ended with status " + task.exitStatus() + " before the " + what);
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("walferry did not reach the " + what + " within " + limit.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Override
    public void close() {
        opened.close();
    }
}
