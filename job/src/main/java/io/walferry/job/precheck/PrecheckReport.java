package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a precheck found, in the order of its items. */
public record PrecheckReport(List<CheckResult> results) {

    public PrecheckReport {
        results =
                results.stream().sorted(Comparator.comparing(CheckResult::item)).toList();
    }

    PrecheckReport and(PrecheckReport more) {
        List<CheckResult> all = new ArrayList<>(results);
        all.addAll(more.results());
        return new PrecheckReport(all);
    }

    /** Number of items of that state. */
    public long count(CheckResult.State state) {
        return results.stream().filter(result -> result.state() == state).count();
    }

    public Optional<CheckResult> result(CheckItem item) {
        return results.stream().filter(result -> result.item() == item).findFirst();
    }

    public List<Finding> findings() {
        return results.stream().flatMap(result -> result.findings().stream()).toList();
    }

    /** Findings that are told although the task may start: no errors, no warnings that the task file accepts. */
    public List<Finding> toTell() {
        return results.stream()
                .flatMap(result -> result.findings().stream()
                        .filter(finding -> finding.severity() == Finding.Severity.INFO
                                || finding.severity() == Finding.Severity.WARNING
                                        && result.state() != CheckResult.State.ACCEPTED))
                .toList();
    }
}
