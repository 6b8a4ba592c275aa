package io.walferry.job.pipeline;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.ObjectLedger;
import io.walferry.job.schema.StepListener;
import io.walferry.job.schema.StructurePlan;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes what becomes of the structure's objects into the control records. */
class ObjectStates implements StepListener {

    private final ObjectLedger ledger;
    private final Activity activity;
    /** Read when first needed: what a former run has made. */
    private Set<String> granted;

    /** Takes what is being done, in words. */
    @FunctionalInterface
    interface Activity {
        void tell(String words) throws SQLException;
    }

    ObjectStates(ControlStore store, Activity activity) {
        this.ledger = store.objects();
        this.activity = activity;
    }

    /** All that will be made, and what is left out and why. */
    void expect(StructurePlan plan) throws SQLException {
        ledger.expect(entries(plan.objects()));
        ledger.leftOut(
                plan.leftOut().stream()
                        .map(object -> new ObjectLedger.Entry(object.kind(), object.identity()))
                        .toList(),
                plan.leftOut().stream().map(LeftOut::reason).toList());
    }

    /** What the target had already in another form. */
    void kept(Map<ObjectName, String> differing) throws SQLException {
        List<ObjectName> names = List.copyOf(differing.keySet());
        ledger.kept(entries(names), names.stream().map(differing::get).toList());
    }

    @Override
    public void activity(String words) throws SQLException {
        activity.tell(words);
    }

    @Override
    public void done(Collection<ObjectName> objects) throws SQLException {
        ledger.done(entries(objects));
    }

    /** A privilege that was taken away at the target since, for a reason that the source does not know. */
    @Override
    public boolean settled(ObjectName object) throws SQLException {
        if (object.kind() != ObjectKind.GRANT) {
            return false;
        }
        if (granted == null) {
            granted = ledger.done();
        }
        return granted.contains(object.toString());
    }

    @Override
    public void present(Collection<ObjectName> objects) throws SQLException {
        ledger.present(entries(objects));
    }

    @Override
    public void failed(ObjectName object, String message) throws SQLException {
        ledger.failed(entry(object), message);
    }

    private static List<ObjectLedger.Entry> entries(Collection<ObjectName> objects) {
        return objects.stream().map(ObjectStates::entry).toList();
    }

    private static ObjectLedger.Entry entry(ObjectName object) {
        return new ObjectLedger.Entry(object.kind().words(), object.identity());
    }
}
