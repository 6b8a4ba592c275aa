package io.walferry.job.verify;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows that are to be looked at again, {@code walferry.verification_suspect}. Neither their number nor the runs' cost memory here. */
final class SuspectRecords {

    private static final int SUSPECTS_PER_STATEMENT = 1_000;

    private final Connection connection;

    SuspectRecords(Connection connection) {
        this.connection = connection;
    }

    /** Collects suspects and enters many at once; {@link #flush} the rest. */
    final class Entry implements ChunkVerifier.Suspects {

        private final long run;
        private final int look;
        private final List<Suspect> waiting = new ArrayList<>();

        Entry(long run, int look) {
            this.run = run;
            this.look = look;
        }

        @Override
        public void add(Suspect suspect) throws SQLException {
            waiting.add(suspect);
            if (waiting.size() >= SUSPECTS_PER_STATEMENT) {
                flush();
            }
        }

        void flush() throws SQLException {
            if (waiting.isEmpty()) {
                return;
            }
            StringBuilder lines = new StringBuilder();
            for (Suspect suspect : waiting) {
                lines.append(run).append('\t').append(suspect.table()).append('\t');
                escape(suspect.identity(), lines);
                lines.append('\t').append(suspect.source().text());
                lines.append('\t').append(suspect.target().text());
                lines.append('\t').append(Lsn.format(suspect.lsn()));
                lines.append('\t').append(suspect.snapshot());
                lines.append('\t')
                        .append(look)
                        .append('\t')
                        .append(suspect.repairs())
                        .append('\n');
            }
            waiting.clear();
            try {
                // There may be millions of them.
                Database.driver(connection)
                        .getCopyAPI()
                        .copyIn(
                                "COPY walferry.verification_suspect (run, number, identity, source, target, lsn, snapshot, look,"
                                        + " repairs) FROM STDIN",
                                new StringReader(lines.toString()));
            } catch (IOException e) {
                throw new SQLException("suspects could not be entered", "08006", e);
            }
        }
    }

    private static void escape(String text, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> line.append("\\\\");
                case '\t' -> line.append("\\t");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.append(c);
            }
        }
    }

    /**
     * Enters rows of which nothing is known but that they have changed, or a sample of them.
     *
     * @param moment after they had
     * @return their number
     */
    int enter(long run, ChangedTable changed, SourceMoment moment) throws SQLException {
        List<String> types = changed.table().targetRows().keyTypes();
        String identity = IntStream.range(0, types.size())
                .mapToObj(i -> "u.c" + i + "::" + types.get(i) + "::pg_catalog.text")
                .collect(Collectors.joining(", ", "ARRAY[", "]::pg_catalog.text"));
        String columns = types.stream()
                .map(type -> "pg_catalog.unnest(?::pg_catalog.text[])")
                .collect(Collectors.joining(", "));
        String names = IntStream.range(0, types.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        List<Object> values = new ArrayList<>(List.of(
                run,
                changed.table().number(),
                RowState.UNKNOWN.text(),
                RowState.UNKNOWN.text(),
                Lsn.format(moment.lsn()),
                moment.snapshot()));
        for (int i = 0; i < types.size(); i++) {
            int column = i;
            values.add(changed.keys().stream().map(key -> key.get(column)).toList());
        }
        values.add(changed.percent() / 100);
        return Sql.update(
                connection,
                "INSERT INTO walferry.verification_suspect (run, number, identity, source, target, lsn, snapshot, look)"
                        + " SELECT ?, ?, id, ?::pg_catalog.int8[], ?::pg_catalog.int8[], ?::pg_catalog.pg_lsn, ?, 0"
                        + " FROM (SELECT DISTINCT " + identity + " AS id FROM ROWS FROM (" + columns + ") AS u ("
                        + names + ")) k WHERE pg_catalog.random() < ?",
                values.toArray());
    }

    /** The look that the suspects wait for, from 1. */
    int look(long run) throws SQLException {
        return Sql.one(connection, "SELECT look FROM walferry.verification WHERE run = ?", row -> row.getInt(1), run)
                .orElse(0);
    }

    void look(long run, int look) throws SQLException {
        Sql.update(connection, "UPDATE walferry.verification SET look = ? WHERE run = ?", look, run);
    }

    /** How many suspects there are that have been looked at fewer times, and the highest of their positions. */
    record Waiting(long suspects, long lsn) {}

    Waiting waiting(long run, int look) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT count(*), max(lsn - '0/0'::pg_catalog.pg_lsn)::pg_catalog.int8"
                                + " FROM walferry.verification_suspect WHERE run = ? AND look < ?",
                        row -> new Waiting(row.getLong(1), row.getLong(2)),
                        run,
                        look)
                .orElseThrow();
    }

    /** Some suspects of a table, and the place of the last of them. */
    record Taken(List<Suspect> suspects, long last) {}

    /**
     * Takes some suspects of a table that have been looked at fewer times out of the records, in the current transaction.
     *
     * @param after the place of the last that was taken before: what was taken would else be passed by again each time
     */
    Taken take(long run, ComparedTable table, int look, long after, int limit) throws SQLException {
        long[] last = {after};
        List<Suspect> suspects = Sql.all(
                connection,
                "DELETE FROM walferry.verification_suspect WHERE run = ? AND number = ? AND position = ANY (ARRAY("
                        + "SELECT position FROM walferry.verification_suspect WHERE run = ? AND number = ? AND look < ?"
                        + " AND position > ? ORDER BY position LIMIT ?))"
                        + " RETURNING identity, source, target, lsn::pg_catalog.text, snapshot, repairs, position",
                row -> {
                    last[0] = Math.max(last[0], row.getLong(7));
                    return new Suspect(
                            table.number(),
                            row.getString(1),
                            RowState.of((Long[]) row.getArray(2).getArray()),
                            RowState.of((Long[]) row.getArray(3).getArray()),
                            Lsn.parse(row.getString(4)),
                            row.getString(5),
                            row.getInt(6));
                },
                run,
                table.number(),
                run,
                table.number(),
                look,
                after,
                limit);
        return new Taken(suspects, last[0]);
    }
}
