package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes checks, all of them. */
public final class Precheck {

    private static final String NOT_ALLOWED = "42501"; // insufficient_privilege

    private final CheckContext context;
    private final Set<CheckItem> accepted;
    private PrecheckReport report = new PrecheckReport(List.of());

    public Precheck(CheckContext context) {
        this.context = context;
        this.accepted =
                context.config().precheck().accept().stream().map(CheckItem::of).collect(Collectors.toSet());
    }

    /** Makes further checks. */
    public void run(Collection<Check> checks) {
        List<CheckResult> results = new ArrayList<>();
        for (Check check : checks) {
            results.add(result(check));
        }
        report = report.and(new PrecheckReport(results));
    }

    /** Of all checks so far. */
    public PrecheckReport report() {
        return report;
    }

    private CheckResult result(Check check) {
        Optional<String> obstacle = obstacle(check.needs());
        if (obstacle.isPresent()) {
            return CheckResult.notChecked(check.item(), obstacle.get());
        }
        try {
            return CheckResult.of(check.item(), check.run(context), accepted.contains(check.item()));
        } catch (SyncException e) {
            return CheckResult.of(check.item(), List.of(e.finding()), false);
        } catch (SQLException e) {
            String where = "check " + check.item().label();
            String what = "it could not be made: " + words(e);
            // The start reads the same, so it would fail too.
            Finding finding = NOT_ALLOWED.equals(e.getSQLState())
                    ? Finding.error(where, what, "Grant the task's user the right")
                    : Finding.warning(
                            where, what, "Find out why the server refused the query, or make sure of it otherwise");
            return CheckResult.of(check.item(), List.of(finding), accepted.contains(check.item()));
        }
    }

    private Optional<String> obstacle(Set<Check.Need> needs) {
        if (!context.connected(Finding.Side.SOURCE)
                && (needs.contains(Check.Need.SOURCE) || needs.contains(Check.Need.OBJECTS))) {
            return Optional.of("there is no connection to the source");
        }
        if (!context.connected(Finding.Side.TARGET) && needs.contains(Check.Need.TARGET)) {
            return Optional.of("there is no connection to the target");
        }
        if (needs.contains(Check.Need.OBJECTS)) {
            try {
                context.catalog();
            } catch (SQLException e) {
                return Optional.of("the source's catalog could not be read: " + words(e));
            }
        }
        return Optional.empty();
    }

    private static String words(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("22")
                ? "SQLSTATE " + e.getSQLState()
                : e.getMessage() + " (SQLSTATE " + e.getSQLState() + ")";
    }
}
