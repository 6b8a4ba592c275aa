package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.DeadLetter;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Statements on the tables {@code walferry.verification_rows_…} at the target, in which {@code walferry verify} has the rows that
 * statements of Flink SQL have made: rows of the target's own types, so that the target's server compares them. They are
 * unlogged, belong to one worker of one run, and go with it.
 */
public final class StatementRowsSql {

    private static final String PREFIX = "verification_rows_";
    private static final String LETTERS = "pg_temp.walferry_letters";
    /** Begins the version of a row of which only the key is known. */
    private static final String UNMADE = "!";

    private StatementRowsSql() {}

    /** @param part of the table's sources */
    public static String table(long run, int number, int part, String worker) {
        return "walferry." + quoted(PREFIX + run + "_" + number + "_" + part + "_" + worker);
    }

    /** @param columns of the target's table */
    public static String create(String table, TableId target, List<String> columns) {
        return "CREATE UNLOGGED TABLE %s AS SELECT %s, NULL::pg_catalog.text AS %s FROM %s WITH NO DATA"
                .formatted(table, names(columns), quoted(ComparedRows.VERSION), quoted(target));
    }

    public static String dropIfThere(String table) {
        return "DROP TABLE IF EXISTS " + table;
    }

    public static String copyInto(String table, List<String> columns) {
        return "COPY %s (%s, %s) FROM STDIN".formatted(table, names(columns), quoted(ComparedRows.VERSION));
    }

    /** Enters, in the same transaction, up to which request the table has what was asked for. */
    public static String answer(String table, int request) {
        return "COMMENT ON TABLE " + table + " IS '" + request + "'";
    }

    /** Whether a request is answered. */
    public static String answered(String table, int request) {
        return "SELECT pg_catalog.obj_description(pg_catalog.to_regclass(%s), 'pg_class') = '%d'"
                .formatted(literal(table), request);
    }

    /**
     * Those of the task's runs but one, of the same kind if that is there, and of runs that are forgotten. Parameters: run, task,
     * run.
     */
    public static String leftovers() {
        return """
                SELECT pg_catalog.format('walferry.%I', c.relname) FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                CROSS JOIN LATERAL (SELECT pg_catalog.substring(c.relname::pg_catalog.text, '^verification_rows_([0-9]+)_')
                  ::pg_catalog.int8 AS run) of_run
                LEFT JOIN walferry.verification v ON v.run = of_run.run
                WHERE n.nspname = 'walferry' AND c.relkind = 'r' AND of_run.run IS NOT NULL AND of_run.run <> ?::pg_catalog.int8
                  AND (v.run IS NULL OR v.task = ? AND COALESCE((v.definition = 'changes') = (SELECT mine.definition = 'changes'
                    FROM walferry.verification mine WHERE mine.run = ?::pg_catalog.int8), true))""";
    }

    /** A place for dead letters, for the transaction. */
    public static String createLetters() {
        return "CREATE TEMPORARY TABLE " + LETTERS + " (LIKE walferry.dead_letter) ON COMMIT DROP";
    }

    public static String copyLetters() {
        return "COPY " + LETTERS + " (" + String.join(", ", DeadLetter.COLUMNS) + ") FROM STDIN";
    }

    /**
     * Enters a row for each of the letters: its key and version, for nothing else of it is known.
     *
     * @param sourceKey names of the key's columns as letters have them
     * @param key names at the target
     * @param keyTypes SQL types
     */
    public static String insertLetters(String table, List<String> sourceKey, List<String> key, List<String> keyTypes) {
        return "INSERT INTO %s (%s, %s) SELECT %s, '%s' || (l.original ->> %s) FROM %s AS l"
                .formatted(
                        table,
                        names(key),
                        quoted(ComparedRows.VERSION),
                        IntStream.range(0, key.size())
                                .mapToObj(i -> keyValue(sourceKey.get(i), keyTypes.get(i)))
                                .collect(Collectors.joining(", ")),
                        UNMADE,
                        literal(ComparedRows.VERSION).strip(),
                        LETTERS);
    }

    /** Those of the rows that are known whole. */
    public static ComparedRows withoutLetters(ComparedRows rows) {
        return rows.at("(SELECT * FROM %s WHERE r.%s NOT LIKE '%s%%') AS r"
                .formatted(rows.relation(), quoted(ComparedRows.VERSION), UNMADE));
    }

    /** Identities, as {@link ComparedRows} has them, of rows that have a dead letter. */
    public static String lettersOf(String task, TableId source, List<String> sourceKey, List<String> keyTypes) {
        return "SELECT ARRAY[%s]::pg_catalog.text FROM walferry.dead_letter AS l WHERE l.task = %s AND l.table_schema = %s AND l.table_name = %s"
                .formatted(
                        IntStream.range(0, sourceKey.size())
                                .mapToObj(i -> keyValue(sourceKey.get(i), keyTypes.get(i)) + "::pg_catalog.text")
                                .collect(Collectors.joining(", ")),
                        literal(task),
                        literal(source.schema()),
                        literal(source.name()));
    }

    private static String keyValue(String sourceColumn, String type) {
        return "(l.row_key::pg_catalog.json ->> " + literal(sourceColumn).strip() + ")::" + type;
    }

    private static String names(List<String> columns) {
        return columns.stream().map(Identifier::quoted).collect(Collectors.joining(", "));
    }
}
