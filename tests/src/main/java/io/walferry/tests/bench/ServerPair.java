package io.walferry.tests.bench;

import io.walferry.tests.command.Closing;
import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Source and target, of one version, with the same settings; durable as in earnest. */
record ServerPair(PostgresServer source, PostgresServer target) {

    static final int VERSION = 17;

    static ServerPair start(Closing closing) throws IOException, InterruptedException {
        return new ServerPair(closing.add(server()), closing.add(server()));
    }

    private static PostgresServer server() throws IOException, InterruptedException {
        return PostgresServer.version(VERSION)
                .setting("shared_buffers", "1GB")
                .setting("maintenance_work_mem", "256MB")
                .setting("max_wal_size", "8GB")
                .setting("checkpoint_timeout", "30min")
                .setting("wal_compression", "off")
                .setting("max_sync_workers_per_subscription", "2")
                .start();
    }

    /** Writes out what earlier runs have left dirty, so that every run starts alike. */
    void checkpoint() throws SQLException {
        execute(source, "postgres", "CHECKPOINT");
        execute(target, "postgres", "CHECKPOINT");
    }

    static void execute(PostgresServer server, String database, String... statements) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
