package io.walferry.job.apply;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.sql.DeadLetterSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Keeps the task from leaving out more rows than its file allows; looked at only in a transaction that adds a letter. */
final class DeadLetterLimit {

    private final String task;
    private final int limit;

    DeadLetterLimit(ApplySettings settings) {
        this.task = settings.task();
        this.limit = settings.deadLetters();
    }

    /** @throws SyncException if there are more, those of this transaction too; it must not be committed then */
    void check(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(DeadLetterSql.count())) {
            select.setString(1, task);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                if (rows.getLong(1) > limit) {
                    throw new SyncException(
                            FailureKind.NEEDS_OPERATOR,
                            "task " + task,
                            "statements of filters or ETL fail on more than " + limit + " rows (etl.dead-letters)",
                            "See walferry dead-letter list for the causes; then correct the rows at the source, or raise"
                                    + " the limit");
                }
            }
        }
    }
}
