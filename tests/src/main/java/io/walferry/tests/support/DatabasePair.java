package io.walferry.tests.support;

import io.walferry.tests.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A source database and a target database, on servers that may hold others. */
public record DatabasePair(PostgresServer source, String sourceDatabase, PostgresServer target, String targetDatabase) {

    /** Two new, empty databases. */
    public static DatabasePair create(PostgresServer source, PostgresServer target, String prefix) throws SQLException {
        return new DatabasePair(
                source, source.newDatabase(prefix + "_source"), target, target.newDatabase(prefix + "_target"));
    }

    public Connection openSource() throws SQLException {
        return source.connect(sourceDatabase);
    }

    public Connection openTarget() throws SQLException {
        return target.connect(targetDatabase);
    }

    /** Drops both with the slots of the source; sessions that still use them are ended. */
    public void drop() throws SQLException {
        drop(source, sourceDatabase);
        drop(target, targetDatabase);
    }

    /** Drops one database with its slots; sessions that still use it are ended. */
    public static void drop(PostgresServer server, String database) throws SQLException {
        if (!server.isRunning()) {
            return;
        }
        String literal = "'" + database.replace("'", "''") + "'";
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE \"" + database + "\" ALLOW_CONNECTIONS false");
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + literal);
            Await.until("sessions of " + database + " have ended", java.time.Duration.ofSeconds(30), () -> {
                try (ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE datname = " + literal)) {
                    return row.next() && row.getInt(1) == 0;
                }
            });
            statement.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = " + literal);
            statement.execute("DROP DATABASE \"" + database + "\"");
        } catch (SQLException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
