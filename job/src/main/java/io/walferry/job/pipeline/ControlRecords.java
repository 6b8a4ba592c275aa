package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.SyncException;

/** What is said when the control records are not what a running task left there. */
final class ControlRecords {

    private ControlRecords() {}

    static SyncException missing(TaskConfig config) {
        return new SyncException(
                NEEDS_OPERATOR,
                "control schema walferry at target " + config.target().address(),
                "the record of task " + config.task() + " is gone",
                "Restore the target's schema walferry, or drop slot " + config.slot()
                        + " at the source and the task's tables at the target, and start anew");
    }
}
