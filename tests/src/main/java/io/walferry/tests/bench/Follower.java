package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.SQLException;

/** A contender that follows changes after its load, and can be paused. */
interface Follower extends Loader {

    /** The name of its slot at the source; a slot in use means that changes are streaming. */
    String slot();

    /** Its target database, once loaded. */
    String database();

    /** Stops following; returns when the slot is no longer in use. */
    void pause() throws SQLException, IOException, InterruptedException;

    /** Follows again; returns at once. */
    void resume() throws SQLException, IOException;

    /** @throws IOException if it has ended by itself */
    void check() throws IOException, InterruptedException;

    /** Of its own process, while it follows; 0 if it has none. */
    long peakMemoryBytes();
}
