package io.walferry.job.failure;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The start is refused: every problem at once. */
public final class RefusedException extends SyncException {

    private static final long serialVersionUID = 1L;

    private final List<Finding> findings;

    private RefusedException(String where, List<Finding> errors) {
        super(
                FailureKind.NEEDS_OPERATOR,
                where,
                errors.size() == 1
                        ? "1 problem keeps it from starting"
                        : errors.size() + " problems keep it from starting",
                "Solve, then start again:"
                        + errors.stream().map(finding -> "\n  " + finding).collect(Collectors.joining()));
        findings = List.copyOf(errors);
    }

    /**
     * Returns if no finding is an error.
     *
     * @param where whose findings they are: "task orders"
     * @throws RefusedException with all errors
     */
    public static void throwIfAny(String where, Collection<Finding> findings) {
        List<Finding> errors = findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .collect(Collectors.toList());
        if (!errors.isEmpty()) {
            throw new RefusedException(where, errors);
        }
    }

    public List<Finding> findings() {
        return findings;
    }
}
