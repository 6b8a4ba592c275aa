package io.walferry.job.control;

import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The chunks of a task: planned once, marked as loaded by the writer in the transaction of their rows. */
public final class ChunkLedger {

    private final ControlStore store;
    private final String task;

    ChunkLedger(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    /** Bounds as texts of the key columns; empty where the chunk is open. */
    public record Bounds(List<String> lower, List<String> upper) {}

    /** A planned chunk. */
    public record Planned(ChunkId chunk, Bounds bounds) {}

    /** What the chunks of a loaded table have seen: highest LSN, and the snapshot if there is one chunk only. */
    public record Seen(long oid, long maxLsn, Optional<String> snapshot) {}

    /** Stores a table's plan and that the table is the task's, unless it has one already. */
    public void plan(TableId table, long estimatedRows, List<Bounds> chunks) throws SQLException {
        Connection connection = store.connection();
        Transactions.run(connection, () -> {
            int planned = store.update(
                    "UPDATE walferry.table_state SET state = 'planned', estimated_rows = ?, changed_at = now()"
                            + " WHERE task = ? AND table_schema = ? AND table_name = ? AND state = 'created'",
                    estimatedRows,
                    task,
                    table.schema(),
                    table.name());
            if (planned == 0) {
                return;
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO walferry.snapshot_chunk (task, table_schema, table_name, chunk, lower, upper)"
                            + " VALUES (?, ?, ?, ?, ?, ?)")) {
                for (int i = 0; i < chunks.size(); i++) {
                    insert.setString(1, task);
                    insert.setString(2, table.schema());
                    insert.setString(3, table.name());
                    insert.setInt(4, i);
                    insert.setArray(5, texts(connection, chunks.get(i).lower()));
                    insert.setArray(6, texts(connection, chunks.get(i).upper()));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        });
    }

    /**
     * Declares the table the task's own, before it is created at the target.
     *
     * @param oid of the table at the source
     * @param arrival how its rows arrive, in words that {@link #arrivals()} gives back
     */
    public void claim(TableId table, long oid, String arrival) throws SQLException {
        store.update(
                "INSERT INTO walferry.table_state (task, table_schema, table_name, state, detail, source_oid)"
                        + " VALUES (?, ?, ?, 'created', ?, ?) ON CONFLICT (task, table_schema, table_name)"
                        + " DO UPDATE SET detail = excluded.detail, source_oid = excluded.source_oid",
                task,
                table.schema(),
                table.name(),
                arrival,
                oid);
    }

    /**
     * A table that a change of structure has brought is the task's own, and has nothing to load; or a known one has this name
     * now.
     *
     * @param arrival as for {@link #claim}
     */
    public void follow(TableId table, long oid, String arrival) throws SQLException {
        store.update(
                "INSERT INTO walferry.table_state (task, table_schema, table_name, state, detail, source_oid)"
                        + " SELECT ?, ?, ?, 'followed', ?, ?::bigint WHERE NOT EXISTS (SELECT FROM walferry.table_state"
                        + " WHERE task = ? AND source_oid = ?::bigint)"
                        + " ON CONFLICT (task, table_schema, table_name)"
                        + " DO UPDATE SET state = 'followed', detail = excluded.detail, source_oid = excluded.source_oid,"
                        + " statement = NULL",
                task,
                table.schema(),
                table.name(),
                arrival,
                oid,
                task,
                oid);
    }

    /** Records what makes the table's rows; {@code null}: they arrive as they are. */
    public void recordStatement(long oid, String statement) throws SQLException {
        store.update(
                "UPDATE walferry.table_state SET statement = ? WHERE task = ? AND source_oid = ?",
                statement,
                task,
                oid);
    }

    /** What makes the rows of tables, by OID, as {@link #recordStatement} has it; without those whose rows arrive as they are. */
    public Map<Long, String> statements() throws SQLException {
        Map<Long, String> statements = new HashMap<>();
        store.all(
                "SELECT source_oid, statement FROM walferry.table_state WHERE task = ? AND statement IS NOT NULL",
                row -> statements.put(row.getLong(1), row.getString(2)),
                task);
        return statements;
    }

    /** The table, under the name that it has now, is to be loaded again like at the start, from one snapshot. */
    public void planAnew(TableId table, long oid) throws SQLException {
        forgetChunks(oid);
        store.update(
                "UPDATE walferry.table_state SET table_schema = ?, table_name = ?, state = 'planned', changed_at = now()"
                        + " WHERE task = ? AND source_oid = ?",
                table.schema(),
                table.name(),
                task,
                oid);
        store.update(
                "INSERT INTO walferry.snapshot_chunk (task, table_schema, table_name, chunk) VALUES (?, ?, ?, 0)",
                task,
                table.schema(),
                table.name());
    }

    /** The table is no longer the task's; what the target has of it stays. */
    public void forget(long oid) throws SQLException {
        forgetChunks(oid);
        store.update("DELETE FROM walferry.reload WHERE task = ? AND oid = ?", task, oid);
        store.update("DELETE FROM walferry.table_state WHERE task = ? AND source_oid = ?", task, oid);
    }

    private void forgetChunks(long oid) throws SQLException {
        for (String records : List.of("snapshot_chunk", "kept_rows")) {
            store.update(
                    "DELETE FROM walferry." + records + " r USING walferry.table_state s WHERE r.task = ?"
                            + " AND s.task = r.task AND s.table_schema = r.table_schema AND s.table_name = r.table_name"
                            + " AND s.source_oid = ?",
                    task,
                    oid);
        }
    }

    /** As {@link #arrivals()}, by OID. */
    public Map<Long, String> arrivalsByOid() throws SQLException {
        Map<Long, String> arrivals = new HashMap<>();
        store.all(
                "SELECT source_oid, COALESCE(detail, '') FROM walferry.table_state WHERE task = ? AND source_oid IS NOT NULL",
                row -> arrivals.put(row.getLong(1), row.getString(2)),
                task);
        return arrivals;
    }

    /**
     * The table was changed while it was loaded: its chunks are taken for loaded, and it is to be loaded anew when the stream
     * begins.
     */
    public void postpone(TableId table) throws SQLException {
        Transactions.run(store.connection(), () -> {
            store.update(
                    "UPDATE walferry.snapshot_chunk SET loaded_at = now(), rows = 0, bytes = 0 WHERE task = ?"
                            + " AND table_schema = ? AND table_name = ? AND loaded_at IS NULL",
                    task,
                    table.schema(),
                    table.name());
            store.update(
                    "INSERT INTO walferry.reload (task, oid, table_schema, table_name, reason)"
                            + " SELECT task, source_oid, table_schema, table_name, 'it was changed while it was loaded'"
                            + " FROM walferry.table_state WHERE task = ? AND table_schema = ? AND table_name = ?"
                            + " AND source_oid IS NOT NULL ON CONFLICT (task, oid) DO NOTHING",
                    task,
                    table.schema(),
                    table.name());
        });
    }

    /** The claimed tables, by their names at the source, with how their rows arrive. */
    public Map<TableId, String> arrivals() throws SQLException {
        Map<TableId, String> arrivals = new HashMap<>();
        store.all(
                "SELECT table_schema, table_name, COALESCE(detail, '') FROM walferry.table_state WHERE task = ?",
                row -> arrivals.put(new TableId(row.getString(1), row.getString(2)), row.getString(3)),
                task);
        return arrivals;
    }

    /** Rows of the load that were not written because the target had others in their place, by source table. */
    public Map<TableId, Long> kept() throws SQLException {
        Map<TableId, Long> kept = new TreeMap<>();
        store.all(
                "SELECT table_schema, table_name, sum(rows)::pg_catalog.int8 FROM walferry.kept_rows WHERE task = ?"
                        + " GROUP BY 1, 2",
                row -> kept.put(new TableId(row.getString(1), row.getString(2)), row.getLong(3)),
                task);
        return kept;
    }

    /** The task's tables, loaded or not. */
    public List<TableId> tables() throws SQLException {
        return store.all(
                "SELECT table_schema, table_name FROM walferry.table_state WHERE task = ? ORDER BY 1, 2",
                row -> new TableId(row.getString(1), row.getString(2)),
                task);
    }

    /** Tables that have no plan yet. */
    public List<TableId> unplanned() throws SQLException {
        return store.all(
                "SELECT table_schema, table_name FROM walferry.table_state WHERE task = ? AND state = 'created'"
                        + " ORDER BY 1, 2",
                row -> new TableId(row.getString(1), row.getString(2)),
                task);
    }

    /** Tables with chunks to load, largest first: so that the load does not end with one long table. */
    public List<TableId> tablesToLoad() throws SQLException {
        return store.all(
                "SELECT c.table_schema, c.table_name FROM walferry.snapshot_chunk c"
                        + " JOIN walferry.table_state s USING (task, table_schema, table_name)"
                        + " WHERE c.task = ? AND c.loaded_at IS NULL"
                        + " GROUP BY 1, 2, s.estimated_rows ORDER BY s.estimated_rows DESC NULLS LAST, 1, 2",
                row -> new TableId(row.getString(1), row.getString(2)),
                task);
    }

    public List<Planned> toLoad(TableId table) throws SQLException {
        return store.all(
                "SELECT chunk, lower, upper FROM walferry.snapshot_chunk WHERE task = ? AND table_schema = ?"
                        + " AND table_name = ? AND loaded_at IS NULL ORDER BY chunk",
                row -> new Planned(new ChunkId(table, row.getInt(1)), bounds(row)),
                task,
                table.schema(),
                table.name());
    }

    public Optional<Planned> toLoad(ChunkId chunk) throws SQLException {
        return store.one(
                "SELECT chunk, lower, upper FROM walferry.snapshot_chunk WHERE task = ? AND table_schema = ?"
                        + " AND table_name = ? AND chunk = ? AND loaded_at IS NULL",
                row -> new Planned(chunk, bounds(row)),
                task,
                chunk.table().schema(),
                chunk.table().name(),
                chunk.index());
    }

    public long left() throws SQLException {
        return store.one(
                        "SELECT count(*) FROM walferry.snapshot_chunk WHERE task = ? AND loaded_at IS NULL",
                        row -> row.getLong(1),
                        task)
                .orElse(0L);
    }

    public List<Seen> seen() throws SQLException {
        return store.all(
                // PostgreSQL 13 is the first that has max(pg_lsn).
                "SELECT s.source_oid, (array_agg(c.lsn ORDER BY c.lsn DESC NULLS LAST))[1], CASE WHEN count(*) = 1 THEN min(c.snapshot) END"
                        + " FROM walferry.snapshot_chunk c JOIN walferry.table_state s USING (task, table_schema, table_name)"
                        + " WHERE c.task = ? AND c.loaded_at IS NOT NULL GROUP BY 1",
                row -> new Seen(row.getLong(1), ControlStore.lsn(row, 2), Optional.ofNullable(row.getString(3))),
                task);
    }

    private static Array texts(Connection connection, List<String> values) throws SQLException {
        return values.isEmpty() ? null : connection.createArrayOf("text", values.toArray());
    }

    private static Bounds bounds(ResultSet row) throws SQLException {
        return new Bounds(list(row.getArray(2)), list(row.getArray(3)));
    }

    private static List<String> list(Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }
}
