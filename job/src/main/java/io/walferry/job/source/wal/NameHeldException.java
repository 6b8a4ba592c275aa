package io.walferry.job.source.wal;

import io.walferry.job.model.TableId;

/** A table that is to be loaded anew has a name at the source by now that another one has in this place of the changelog. */
final class NameHeldException extends Exception {

    private static final long serialVersionUID = 1L;

    NameHeldException(TableId held) {
        super("another table is still called " + held);
    }
}
