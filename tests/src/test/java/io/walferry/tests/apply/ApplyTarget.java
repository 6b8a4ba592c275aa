package io.walferry.tests.apply;

import io.walferry.job.apply.ApplySettings;
import io.walferry.job.apply.TargetWriter;
import io.walferry.job.config.ApplyConfig;
import io.walferry.job.config.Endpoint;
import io.walferry.job.config.Secret;
import io.walferry.job.config.SslConfig;
import io.walferry.job.jdbc.Database;
import io.walferry.job.sql.ControlSql;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fresh target database with the control schema, and writers on it. */
final class ApplyTarget implements AutoCloseable {

    static final String TASK = "apply_test";

    private final PostgresServer server;
    private final String name;
    private final Database database;
    private final Connection connection;
    private final List<TargetWriter> writers = new CopyOnWriteArrayList<>();

    ApplyTarget(PostgresServer server) throws SQLException {
        this.server = server;
        name = server.newDatabase("apply");
        database = new Database(
                new Endpoint(
                        server.hostname(),
                        server.port(),
                        name,
                        server.username(),
                        new Secret(server.password()),
                        SslConfig.PREFER),
                "walferry " + TASK);
        connection = server.connect(name);
        for (String statement : ControlSql.create()) {
            execute(statement);
        }
    }

    TargetWriter writer() throws IOException {
        return writer(0, 1, 1000);
    }

    TargetWriter writer(int index, int of, int batchRows) throws IOException {
        TargetWriter writer = new TargetWriter(settings(of, batchRows), index, () -> {});
        writers.add(writer);
        return writer;
    }

    ApplySettings settings(int writers, int batchRows) {
        ApplyConfig config = new ApplyConfig(writers, batchRows, 16 << 20, Duration.ofMillis(20));
        return new ApplySettings(TASK, "main", writers, database, config);
    }

    /** Locks tables against every other session, until the connection is closed. */
    Connection lock(String tables) throws SQLException {
        Connection holder = server.connect(name);
        try (Statement statement = holder.createStatement()) {
            statement.execute("BEGIN; LOCK TABLE " + tables);
            return holder;
        }
    }

    /** Returns when a session of this database waits for a lock. */
    void awaitLockWait() throws Exception {
        Await.until("a statement waits for a lock", Duration.ofSeconds(30), () -> !value(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                + " AND datname = current_database()")
                .equals("0"));
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows of a query, one text each: values separated by {@code |}, NULL as {@code ~}. */
    List<String> rows(String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    String value = result.getString(i);
                    row.append(i == 1 ? "" : "|").append(value == null ? "~" : value);
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    String value(String query) throws SQLException {
        return rows(query).get(0);
    }

    /** {@code first-last@lsn+ordinal} per row. */
    List<String> progress() throws SQLException {
        return rows("SELECT first_key_group || '-' || last_key_group || '@' || commit_lsn || '+' || ordinal"
                + " FROM walferry.progress WHERE task = '" + TASK + "' ORDER BY first_key_group");
    }

    @Override
    public void close() throws SQLException {
        writers.forEach(TargetWriter::close);
        connection.close();
    }
}
