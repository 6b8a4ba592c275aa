package io.walferry.job.apply;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeCursor;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Writes changes in a transaction that somebody else has begun and commits, together with what makes them applied once. They are
 * written as a writer writes its own, as the net effect of many at a time.
 */
public final class JoinedChanges {

    private static final int BATCH_ROWS = 10_000;
    private static final long BATCH_BYTES = 16L << 20;

    private final TargetTransaction transaction;
    private final ChangeCursor cursor = new ChangeCursor();
    private ChangeBatch filling = new ChangeBatch();

    /** @param connection not in autocommit mode */
    public JoinedChanges(Connection connection) throws SQLException {
        Connections.prepare(connection);
        transaction = TargetTransaction.joining(connection, Connections.checksConstraints(connection));
    }

    /** Writes the changes, now or with later ones. */
    public void write(ChangeBlock block) throws SQLException {
        cursor.reset(block);
        while (cursor.next()) {
            filling.add(cursor, block);
            filling.reached(cursor.commitLsn(), cursor.ordinal(), block.lastCommitTimeMicros());
        }
        if (filling.size() >= BATCH_ROWS || filling.bytes() >= BATCH_BYTES) {
            flush();
        }
    }

    /** Writes what has not been written yet. */
    public void flush() throws SQLException {
        if (filling.size() > 0) {
            filling.leaveOpen();
            transaction.write(filling);
            filling = new ChangeBatch();
        }
    }
}
