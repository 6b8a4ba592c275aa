package io.walferry.job.etl;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import java.sql.SQLException;
import org.apache.flink.runtime.execution.CancelTaskException;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** What becomes of a row that the statement fails on. Its values, and messages that may quote them, are told to nobody. */
final class BadRows {

    private BadRows() {}

    /** A row that the statement fails on; the message says why, without values. */
    static final class BadRow extends RuntimeException {

        private static final long serialVersionUID = 1L;

        BadRow(String what) {
            super(what);
        }
    }

    /** A failure behind the statement, which has nothing to do with the row. */
    static final class Downstream extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Downstream(Throwable cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** The failure, as a {@link BadRow} if the row is to blame. */
    static RuntimeException failure(LanePlan plan, Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Downstream downstream) {
                return downstream;
            }
            if (cause instanceof SyncException known) {
                return new SuppressRestartsException(known);
            }
            if (cause instanceof ValueException value) {
                return new BadRow("a result cannot be written: " + value.getMessage());
            }
            if (cause instanceof SQLException
                    || cause instanceof InterruptedException
                    || cause instanceof CancelTaskException
                    || cause instanceof Error) {
                return new Downstream(thrown);
            }
        }
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new BadRow("its statement fails with " + root.getClass().getSimpleName()
                + (plan.computed().isEmpty() ? "" : "; it computes " + String.join(", ", plan.computed())));
    }

    /** A value that an expression's type cannot hold. */
    static BadRow value(String column, ValueException thrown) {
        return new BadRow("column " + column + ": " + thrown.getMessage());
    }

    /**
     * What the job is told if the row is not left out: a person has to see to it.
     *
     * @param place of the row in the changelog or in the load
     */
    static RuntimeException stop(LanePlan plan, String place, String what) {
        return new SuppressRestartsException(new SyncException(
                FailureKind.NEEDS_OPERATOR,
                "source table " + plan.source() + ", row at " + place,
                what,
                "Correct the row at the source, or the statement: TRY_CAST, CASE and the functions with a default take"
                        + " values that others refuse; or leave such rows out with etl.bad-rows: skip"));
    }
}
