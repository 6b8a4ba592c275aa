package io.walferry.job.sql;

import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamTable;

/** Statements that load a chunk and enter it into the ledger, {@code walferry.snapshot_chunk}. */
public final class ChunkSql {

    private ChunkSql() {}

    public static String copyInto(StreamTable table, CopyFormat format) {
        return "COPY %s (%s) FROM STDIN%s"
                .formatted(
                        Identifier.quoted(table.table()),
                        Identifier.quoted(
                                table.columns().stream().map(StreamColumn::name).toList()),
                        format == CopyFormat.BINARY ? " WITH (FORMAT binary)" : "");
    }

    /** Whether the chunk is loaded; no row: it was never planned. Parameters: task, schema, table, chunk. */
    public static String loaded() {
        return """
                SELECT loaded_at IS NOT NULL FROM walferry.snapshot_chunk
                WHERE task = ? AND table_schema = ? AND table_name = ? AND chunk = ?""";
    }

    /** Parameters: rows, bytes, snapshot, LSN; task, schema, table, chunk. No row updated: it is loaded already. */
    public static String enter() {
        return """
                UPDATE walferry.snapshot_chunk
                SET rows = ?, bytes = ?, snapshot = ?, lsn = ?::pg_catalog.pg_lsn,
                    loaded_at = pg_catalog.clock_timestamp()
                WHERE task = ? AND table_schema = ? AND table_name = ? AND chunk = ? AND loaded_at IS NULL""";
    }
}
