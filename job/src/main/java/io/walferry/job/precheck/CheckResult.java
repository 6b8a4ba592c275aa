package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import java.util.List;

/**
 * What became of an item.
 *
 * @param reason why it was not checked; empty if it was
 */
public record CheckResult(CheckItem item, State state, String reason, List<Finding> findings) {

    /** From harmless to grave, but for the last. */
    public enum State {
        PASSED,
        /** Warnings that the task file accepts. */
        ACCEPTED,
        WARNING,
        ERROR,
        NOT_CHECKED
    }

    public CheckResult {
        findings = List.copyOf(findings);
    }

    static CheckResult of(CheckItem item, List<Finding> findings, boolean accepted) {
        State state = State.PASSED;
        for (Finding finding : findings) {
            if (finding.severity() == Finding.Severity.ERROR) {
                state = State.ERROR;
            } else if (finding.severity() == Finding.Severity.WARNING && state != State.ERROR) {
                state = accepted ? State.ACCEPTED : State.WARNING;
            }
        }
        return new CheckResult(
                item,
                state,
                "",
                findings.stream().map(finding -> finding.of(item)).toList());
    }

    static CheckResult notChecked(CheckItem item, String reason) {
        return new CheckResult(item, State.NOT_CHECKED, reason, List.of());
    }
}
