package io.walferry.job.source.wal;

import java.sql.SQLException;

/** Gets the messages of a changelog in order. A tuple is valid until the call returns; relations are OIDs, as unsigned numbers. */
interface PgOutputHandler {

    /**
     * @param commitLsn where the transaction's commit record starts
     * @param commitTimeMicros in microseconds since 1970
     * @param xid of the whole transaction, without epoch
     */
    void begin(long commitLsn, long commitTimeMicros, int xid) throws SQLException, InterruptedException;

    /** The transaction at hand was made with a replication origin of this name. */
    default void origin(String name) {
        // Changes count wherever they were made, unless somebody asks.
    }

    /** A logical message of the transaction at hand; the server sends them if it is asked to. */
    default void message(String prefix, String content) {
        // They mean nothing to most.
    }

    /** @param endLsn where the transaction's commit record ends */
    void commit(long commitLsn, long endLsn) throws SQLException, InterruptedException;

    void relation(RelationMessage relation) throws SQLException, InterruptedException;

    void insert(int relation, Tuple row) throws SQLException, InterruptedException;

    void update(int relation, OldTuple oldKind, Tuple old, Tuple row) throws SQLException, InterruptedException;

    void delete(int relation, OldTuple oldKind, Tuple old) throws SQLException, InterruptedException;

    /** One command: {@code relations} are all published tables that it emptied. */
    void truncate(int[] relations, boolean restartIdentity) throws SQLException, InterruptedException;

    /** What a message has of the row before the change. */
    enum OldTuple {
        /** Nothing: the replica identity's columns are as they were. */
        ABSENT,
        /** The replica identity's columns; the others stand as NULL. */
        KEY,
        /** The whole row (REPLICA IDENTITY FULL). */
        FULL
    }
}
