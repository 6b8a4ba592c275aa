package io.walferry.job.control;

import io.walferry.job.model.TableId;
import io.walferry.job.sql.DeadLetterSql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Rows of the source that statements of filters or ETL have failed on, and that are not at the target as the source has them. */
public final class DeadLetterLedger {

    private final ControlStore store;
    private final String task;

    DeadLetterLedger(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    /**
     * A row that could not be made.
     *
     * @param key the row's key columns as JSON
     * @param operation insert, update or load
     * @param lsn of the change's commit; {@code null} for the load
     * @param ordinal of the change in its transaction; 0 for the load
     * @param original all of the row's columns as JSON, texts
     * @param at when it was found
     */
    public record Letter(
            TableId table,
            String key,
            String operation,
            String lsn,
            long ordinal,
            String original,
            String cause,
            String at) {}

    public long count() throws SQLException {
        return there()
                ? store.one(DeadLetterSql.count(), row -> row.getLong(1), task).orElse(0L)
                : 0;
    }

    /** The newest first. */
    public List<Letter> list(int newest) throws SQLException {
        if (!there()) {
            return List.of();
        }
        return store.all(
                DeadLetterSql.list(newest),
                row -> new Letter(
                        new TableId(row.getString(1), row.getString(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(6),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9)),
                task);
    }

    /**
     * Forgets letters; the rows stay as they are.
     *
     * @param table {@code schema.table} of the source; empty: all
     * @return how many
     */
    public int drop(Optional<String> table) throws SQLException {
        if (!there()) {
            return 0;
        }
        return table.isPresent()
                ? store.update(DeadLetterSql.dropOfTable(), task, table.get())
                : store.update(DeadLetterSql.dropAll(), task);
    }

    private boolean there() throws SQLException {
        return store.one(DeadLetterSql.there(), row -> row.getBoolean(1)).orElse(false);
    }
}
