package io.walferry.job.schema;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;

/** The target refuses a step. */
final class StepFailure extends SyncException {

    private static final long serialVersionUID = 1L;

    private final String message;

    /** @param message the server's, without values of rows */
    StepFailure(FailureKind kind, String where, String message, String fix, Throwable cause) {
        super(kind, where, "it cannot be created: " + message, fix, cause);
        this.message = message;
    }

    /** The server's words, without values of rows. */
    String serverMessage() {
        return message;
    }
}
