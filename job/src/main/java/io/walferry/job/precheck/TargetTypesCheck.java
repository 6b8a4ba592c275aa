package io.walferry.job.precheck;

import io.walferry.job.dialect.TypeProbe;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether the target's own date and varchar, which the task asks for by their schema, are PostgreSQL's. */
final class TargetTypesCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.TARGET_TYPES;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        context.dialect();
        return assess(context.where(Side.TARGET), TypeProbe.ask(context.target()));
    }

    static List<Finding> assess(String where, TypeProbe types) {
        List<Finding> findings = new ArrayList<>();
        if (types.dateHasTime()) {
            findings.add(Finding.warning(
                            where,
                            "pg_catalog.date holds a time of day",
                            "Let applications that move to the target expect it")
                    .because("a date arrives as midnight, and the difference of two dates is another type"));
        }
        if (types.varcharCountsBytes()) {
            findings.add(Finding.error(
                            where,
                            "the length of pg_catalog.varchar counts bytes",
                            "Switch it off for the task's user (polar_enable_varchar2_length_with_byte on PolarDB)")
                    .because("texts with characters of several bytes would not fit"));
        }
        return findings;
    }
}
