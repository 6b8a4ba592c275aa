package io.walferry.job.source.snapshot;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;

/** A table that is being loaded is no longer what its load was planned for. */
public final class TableChangedException extends SyncException {

    private static final long serialVersionUID = 1L;

    TableChangedException(TableId table) {
        super(
                FailureKind.NEEDS_OPERATOR,
                "source table " + table,
                "its structure changed while it was loaded",
                "Release the task and start it anew, which loads the table in its new form");
    }
}
