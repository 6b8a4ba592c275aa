package io.walferry.job.sql;

/** Statements on {@code walferry.control}, what a person wants of a task, and {@code walferry.reader}, who heeds it. */
public final class SteeringSql {

    private SteeringSql() {}

    /** Parameter: the task. Columns: paused, the five limits, stop, savepoint, readers and writers. */
    public static String wanted() {
        return "SELECT paused, load_queries, load_rows, load_bytes, changes_rows, changes_bytes, stop, savepoint,"
                + " load_parallelism, apply_writers"
                + " FROM walferry.control WHERE task = ?";
    }

    /**
     * Says that a subtask is there, and asks what is wanted. Parameters: task, subtask, state, limits in force; task, subtask, task.
     * Columns: paused, the five limits, and how many subtasks load, this one among them whatever it does.
     */
    public static String ask() {
        return """
                WITH mine AS (
                  INSERT INTO walferry.reader (task, subtask, state, limits) VALUES (?, ?, ?, ?)
                  ON CONFLICT (task, subtask)
                  DO UPDATE SET state = excluded.state, limits = excluded.limits, seen_at = pg_catalog.now()),
                others AS (
                  SELECT pg_catalog.count(*) AS loading FROM walferry.reader
                  WHERE task = ? AND subtask <> ? AND state LIKE 'loading%'
                    AND seen_at > pg_catalog.now() - pg_catalog.interval '3 s')
                SELECT COALESCE(c.paused, false), load_queries, load_rows, load_bytes, changes_rows, changes_bytes,
                  others.loading + 1
                FROM others LEFT JOIN walferry.control c ON c.task = ?""";
    }

    /** Parameters: task, paused. */
    public static String pause() {
        return "INSERT INTO walferry.control (task, paused) VALUES (?, ?)"
                + " ON CONFLICT (task) DO UPDATE SET paused = excluded.paused, changed_at = pg_catalog.now()";
    }

    /** Parameters: task, number or NULL. @param column of walferry.control */
    public static String set(String column) {
        return "INSERT INTO walferry.control (task, %1$s) VALUES (?, ?)".formatted(Identifier.quoted(column))
                + " ON CONFLICT (task) DO UPDATE SET %1$s = excluded.%1$s, changed_at = pg_catalog.now()"
                        .formatted(Identifier.quoted(column));
    }

    /** Parameters: task, what is asked for or NULL. */
    public static String stop() {
        return "INSERT INTO walferry.control (task, stop) VALUES (?, ?)"
                + " ON CONFLICT (task) DO UPDATE SET stop = excluded.stop, savepoint = NULL, changed_at = pg_catalog.now()";
    }

    /** Parameters: where the savepoint is, task. */
    public static String savepoint() {
        return "UPDATE walferry.control SET stop = NULL, savepoint = ? WHERE task = ?";
    }

    /**
     * How many subtasks read, or have not heard of a pause yet, by their word of the last seconds: one that is about to begin would read
     * on until it asks again. Parameter: the task.
     */
    public static String reading() {
        return "SELECT pg_catalog.count(*) FROM walferry.reader WHERE task = ?"
                + " AND (state IN ('loading', 'reading') OR limits NOT LIKE 'paused%')"
                + " AND seen_at > pg_catalog.now() - pg_catalog.interval '3 s'";
    }
}
