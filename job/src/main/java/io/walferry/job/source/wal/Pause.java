package io.walferry.job.source.wal;

import java.sql.SQLException;

/** How the reader's thread waits: it goes on serving what has been asked of it, and ends when the reader is closed. */
@FunctionalInterface
public interface Pause {

    /** @throws InterruptedException if the reader was closed or its thread interrupted */
    void millis(long millis) throws SQLException, InterruptedException;
}
