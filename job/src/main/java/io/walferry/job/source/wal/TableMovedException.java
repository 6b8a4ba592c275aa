package io.walferry.job.source.wal;

import java.sql.SQLException;

/** A table at the source has gone or got another name since it was looked up, as its schema can though the table is locked. */
final class TableMovedException extends SQLException {

    private static final long serialVersionUID = 1L;

    TableMovedException(SQLException cause) {
        super(cause.getMessage(), cause.getSQLState(), cause);
    }
}
