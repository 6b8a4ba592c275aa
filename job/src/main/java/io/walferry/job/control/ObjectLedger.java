package io.walferry.job.control;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What has become of each object that the task creates, for people to look at. Nothing is decided by it but whether an empty
 * table is the task's own: the target's catalog says what is there. So it may lag behind after a crash, and is written without
 * waiting for the disk.
 */
public final class ObjectLedger {

    private final ControlStore store;
    private final String task;

    ObjectLedger(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    /**
     * An object.
     *
     * @param kind {@code view}
     * @param identity {@code shop.sums}
     */
    public record Entry(String kind, String identity) {}

    /** Adds objects that are to be made; what is known keeps its state, unless it was left out. */
    public void expect(List<Entry> objects) throws SQLException {
        write(
                "INSERT INTO walferry.object (task, kind, identity, state) SELECT ?, kind, identity, 'waiting'"
                        + " FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[])) AS o (kind, identity)"
                        + " ON CONFLICT (task, kind, identity) DO UPDATE SET state = 'waiting', detail = NULL,"
                        + " changed_at = now() WHERE object.state = 'left_out'",
                objects,
                null);
    }

    /** @param reasons one for each object */
    public void leftOut(List<Entry> objects, List<String> reasons) throws SQLException {
        write(
                "INSERT INTO walferry.object (task, kind, identity, state, detail)"
                        + " SELECT DISTINCT ON (kind, identity) ?, kind, identity, 'left_out', detail"
                        + " FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[]),"
                        + " pg_catalog.unnest(?::text[])) AS o (kind, identity, detail)"
                        + " ON CONFLICT (task, kind, identity) DO UPDATE SET state = excluded.state,"
                        + " detail = excluded.detail, changed_at = now()"
                        + " WHERE object.state <> excluded.state OR object.detail IS DISTINCT FROM excluded.detail",
                objects,
                reasons);
    }

    public void done(List<Entry> objects) throws SQLException {
        done(objects, "object.state <> 'done'");
    }

    /** They were there already; what is known to be another's stays so. */
    public void present(List<Entry> objects) throws SQLException {
        done(objects, "object.state NOT IN ('done', 'kept')");
    }

    private void done(List<Entry> objects, String changes) throws SQLException {
        write(
                "INSERT INTO walferry.object (task, kind, identity, state) SELECT ?, kind, identity, 'done'"
                        + " FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[])) AS o (kind, identity)"
                        + " ON CONFLICT (task, kind, identity) DO UPDATE SET state = 'done', detail = NULL,"
                        + " changed_at = now() WHERE " + changes,
                objects,
                null);
    }

    /** The target had them, and not as the task would have made them. */
    public void kept(List<Entry> objects, List<String> reasons) throws SQLException {
        write(
                "INSERT INTO walferry.object (task, kind, identity, state, detail)"
                        + " SELECT ?, kind, identity, 'kept', detail"
                        + " FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[]),"
                        + " pg_catalog.unnest(?::text[])) AS o (kind, identity, detail)"
                        + " ON CONFLICT (task, kind, identity) DO UPDATE SET state = 'kept', detail = excluded.detail,"
                        + " changed_at = now()",
                objects,
                reasons);
    }

    /** @param message the server's, without values of rows */
    public void failed(Entry object, String message) throws SQLException {
        write(
                "INSERT INTO walferry.object (task, kind, identity, state, detail)"
                        + " SELECT ?, kind, identity, 'failed', detail"
                        + " FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[]),"
                        + " pg_catalog.unnest(?::text[])) AS o (kind, identity, detail)"
                        + " ON CONFLICT (task, kind, identity) DO UPDATE SET state = 'failed', detail = excluded.detail,"
                        + " changed_at = now()",
                List.of(object),
                List.of(message));
    }

    /** What is still to be made, for people: {@code view shop.sums}. */
    public Set<String> unfinished() throws SQLException {
        return new HashSet<>(store.all(
                "SELECT kind || ' ' || identity FROM walferry.object WHERE task = ? AND state IN ('waiting', 'failed')",
                row -> row.getString(1),
                task));
    }

    /** What the task has made, or found as it would have made it, for people: {@code view shop.sums}. */
    public Set<String> done() throws SQLException {
        return new HashSet<>(store.all(
                "SELECT kind || ' ' || identity FROM walferry.object WHERE task = ? AND state = 'done'",
                row -> row.getString(1),
                task));
    }

    /** Identities of the task's objects of a kind, but not of those that are left out. */
    public Set<String> identities(String kind) throws SQLException {
        return new HashSet<>(store.all(
                "SELECT identity FROM walferry.object WHERE task = ? AND kind = ? AND state <> 'left_out'",
                row -> row.getString(1),
                task,
                kind));
    }

    private void write(String sql, List<Entry> objects, List<String> details) throws SQLException {
        if (objects.isEmpty()) {
            return;
        }
        Connection connection = store.connection();
        Transactions.run(connection, () -> {
            store.update("SET LOCAL synchronous_commit = off");
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, task);
                statement.setArray(
                        2, texts(connection, objects.stream().map(Entry::kind).toList()));
                statement.setArray(
                        3,
                        texts(connection, objects.stream().map(Entry::identity).toList()));
                if (details != null) {
                    statement.setArray(4, texts(connection, details));
                }
                statement.executeUpdate();
            }
        });
    }

    private static Array texts(Connection connection, List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }
}
