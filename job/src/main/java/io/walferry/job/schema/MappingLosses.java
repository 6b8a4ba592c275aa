package io.walferry.job.schema;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.failure.Finding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the mapping keeps from being at the target, and how that is told. */
final class MappingLosses {

    private final List<Finding> findings;
    private final List<LeftOut> leftOut;
    private final Set<ObjectName> dropped = new HashSet<>();

    MappingLosses(List<Finding> findings, List<LeftOut> leftOut) {
        this.findings = new ArrayList<>(findings);
        this.leftOut = new ArrayList<>(leftOut);
    }

    /** The object will not be there, for a reason that is told elsewhere. */
    void drop(ObjectName name) {
        dropped.add(name);
    }

    void leaveOut(ObjectName name, String reason) {
        dropped.add(name);
        leftOut.add(LeftOut.of(name, reason));
        findings.add(Finding.warning(
                name.toString(), "it is left out: " + reason, "Create it at the target with the new names"));
    }

    /** A part of a table uses what is not there. */
    void cannotFollow(String where, String what) {
        findings.add(Finding.warning(
                where, what + " is left out: it uses a column that is left out, or the table as a whole", ""));
        leftOut.add(new LeftOut("part of", where, what + " uses what the mapping changes"));
    }

    void refuse(String where, String what, String fix) {
        findings.add(Finding.error(where, what, fix));
    }

    boolean dropped(ObjectName name) {
        return dropped.contains(name);
    }

    List<Finding> findings() {
        return findings;
    }

    List<LeftOut> leftOut() {
        return leftOut;
    }
}
