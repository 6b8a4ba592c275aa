package io.walferry.job.sql;

import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamTable;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Statements that load a chunk and enter it into the ledger, {@code walferry.snapshot_chunk}. */
public final class ChunkSql {

    static final String STAGING = "pg_temp.walferry_chunk";

    private ChunkSql() {}

    public static String copyInto(StreamTable table, CopyFormat format) {
        return "COPY %s (%s) FROM STDIN%s"
                .formatted(
                        Identifier.quoted(table.table()),
                        Identifier.quoted(
                                table.columns().stream().map(StreamColumn::name).toList()),
                        format == CopyFormat.BINARY ? " WITH (FORMAT binary)" : "");
    }

    /** A place for a chunk's rows, which goes with the transaction. */
    public static String createStaging(StreamTable table) {
        return "CREATE TEMPORARY TABLE %s (%s) ON COMMIT DROP"
                .formatted(
                        STAGING,
                        columns(
                                table,
                                i -> "c" + i + " " + table.columns().get(i).type()));
    }

    public static String copyIntoStaging(CopyFormat format) {
        return "COPY " + STAGING + " FROM STDIN" + (format == CopyFormat.BINARY ? " WITH (FORMAT binary)" : "");
    }

    /** Writes the staged rows for which there is room. */
    public static String insertStaged(StreamTable table) {
        boolean overriding = table.columns().stream().anyMatch(StreamColumn::identityAlways);
        return "INSERT INTO %s (%s)%s SELECT %s FROM %s ON CONFLICT DO NOTHING"
                .formatted(
                        Identifier.quoted(table.table()),
                        Identifier.quoted(
                                table.columns().stream().map(StreamColumn::name).toList()),
                        overriding ? " OVERRIDING SYSTEM VALUE" : "",
                        columns(table, i -> "c" + i),
                        STAGING);
    }

    /** Parameters: task, schema, table, chunk, rows. */
    public static String enterKept() {
        return "INSERT INTO walferry.kept_rows (task, table_schema, table_name, chunk, rows) VALUES (?, ?, ?, ?, ?)";
    }

    private static String columns(StreamTable table, IntFunction<String> text) {
        return IntStream.range(0, table.columns().size()).mapToObj(text).collect(Collectors.joining(", "));
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
