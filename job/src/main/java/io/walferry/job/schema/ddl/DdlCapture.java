package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ImageFunction;
import io.walferry.job.catalog.NamePatterns;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.DdlCaptureSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What writes the log of structure changes at a source: shared by all tasks of its database, installed by the first one that can,
 * taken away with the last one.
 */
public final class DdlCapture {

    /** The log. A task's publication has it. */
    public static final TableId LOG = new TableId("walferry", "ddl_log");

    private static final String DENIED = "42501";

    private DdlCapture() {}

    /** All that a superuser has to run where the task's user may not: complete statements. */
    public static List<String> script(int version) {
        List<String> statements = new ArrayList<>(images(version));
        statements.addAll(DdlCaptureSql.functions(version));
        statements.add("REVOKE ALL ON SCHEMA walferry FROM PUBLIC");
        statements.addAll(DdlCaptureSql.eventTriggers());
        return statements;
    }

    private static List<String> images(int version) {
        List<String> statements = new ArrayList<>(DdlCaptureSql.tables(version));
        statements.add(ImageFunction.create(version));
        return statements;
    }

    /** Makes only what images need: the right to create a schema is enough. Can be run again. */
    public static void installImages(Connection source) throws SQLException {
        if (!hasVersion(source)) {
            run(source, images(version(source)), DdlCapture::hasVersion);
        }
    }

    /**
     * Installs, or brings up to this version, in one transaction.
     *
     * @throws SyncException if the user may not, with what to run
     */
    public static void install(Connection source) throws SQLException {
        if (installed(source)) {
            return;
        }
        try {
            run(source, script(version(source)), DdlCapture::installed);
        } catch (SQLException e) {
            if (!DENIED.equals(e.getSQLState())) {
                throw e;
            }
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "source capture of structure changes",
                    "the task's user may not create event triggers, which takes a superuser: " + e.getMessage(),
                    "Let the task read the source as a superuser, or as a role that may create event triggers");
        }
    }

    /** Whether all of it is there, in this version or a newer one, and fires in every session. */
    public static boolean installed(Connection source) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery(DdlCaptureSql.installed())) {
            row.next();
            if (row.getInt(1) != 3) {
                return false;
            }
        }
        return hasVersion(source);
    }

    private static boolean hasVersion(Connection source) throws SQLException {
        try (Statement statement = source.createStatement()) {
            try (ResultSet row =
                    statement.executeQuery("SELECT pg_catalog.to_regprocedure('walferry.ddl_version()') IS NOT NULL")) {
                if (!row.next() || !row.getBoolean(1)) {
                    return false;
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT walferry.ddl_version()")) {
                return row.next() && row.getInt(1) >= DdlCaptureSql.VERSION;
            }
        }
    }

    /** Lets new tables that the task selects be published as they are created. Can be run again. */
    public static void register(Connection source, String task, String publication, ObjectsConfig objects)
            throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(
                "INSERT INTO walferry.ddl_task (task, publication, included, excluded) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (task) DO UPDATE SET publication = excluded.publication,"
                        + " included = excluded.included, excluded = excluded.excluded")) {
            statement.setString(1, task);
            statement.setString(2, publication);
            statement.setArray(
                    3,
                    source.createArrayOf("text", NamePatterns.included(objects).toArray()));
            statement.setArray(
                    4,
                    source.createArrayOf("text", NamePatterns.excluded(objects).toArray()));
            statement.executeUpdate();
        }
    }

    /** No new table is published for the task any more. */
    public static void unregister(Connection source, String task) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement("DELETE FROM walferry.ddl_task WHERE task = ?")) {
            statement.setString(1, task);
            statement.executeUpdate();
        }
    }

    private static int version(Connection source) throws SQLException {
        return source.getMetaData().getDatabaseMajorVersion() * 10000
                + source.getMetaData().getDatabaseMinorVersion();
    }

    /** Whether something is there. */
    @FunctionalInterface
    private interface Present {
        boolean at(Connection source) throws SQLException;
    }

    /**
     * Two tasks that start at once would both make it, and one fail: the second waits, and finds it there. The lock is that of the control
     * schema, which has the same name in a database that is a target too.
     */
    private static void run(Connection connection, List<String> statements, Present present) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('walferry.install'))");
            if (!present.at(connection)) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }
}
