package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableSchema;

/** The changelog has a table in another form than the task knows. */
final class StructureChangedException extends SyncException {

    private static final long serialVersionUID = 1L;

    private final long oid;

    StructureChangedException(TableSchema table, String what) {
        super(
                FailureKind.NEEDS_OPERATOR,
                "source table " + table.id(),
                "its structure changed: " + what,
                "Give the target's table the same columns and start the task again, which goes on from here; or release it and"
                        + " start it anew, which loads the table again in its new form");
        this.oid = table.oid();
    }

    /** Of the table at the source. */
    long oid() {
        return oid;
    }
}
