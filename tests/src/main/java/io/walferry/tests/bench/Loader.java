package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.SQLException;

/** A contender of the load. Closing it ends what it runs, and removes what it keeps at the source unless the thread
 * is interrupted: then the servers go as well. */
interface Loader extends AutoCloseable {

    String name();

    /** Brings all tables to the empty target database, whose time counts from this call; preparations that do not count come before. */
    LoadTime load(String targetDatabase) throws SQLException, IOException, InterruptedException;

    @Override
    void close() throws SQLException, IOException;
}
