package io.walferry.job.source;

import io.walferry.job.failure.FailureKind;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/** A failure as the job is told of it. */
final class JobFailure {

    private JobFailure() {}

    /**
     * The same failure, in a form that stops the job for good if the same job cannot go on; and an exception also of an error,
     * which the framework would drop.
     */
    static Exception of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SuppressRestartsException stop) {
                return stop;
            }
        }
        if (FailureKind.isFinal(failure)) {
            return new SuppressRestartsException(failure);
        }
        return failure instanceof Exception exception
                ? exception
                : new IllegalStateException(failure.toString(), failure);
    }
}
