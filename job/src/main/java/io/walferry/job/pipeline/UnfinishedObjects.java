package io.walferry.job.pipeline;

import io.walferry.job.catalog.ObjectName;
import io.walferry.job.control.ControlStore;
import java.sql.SQLException;
import java.util.Set;

/** The states of objects when all of them have been made once: those that failed are made, and no other. */
final class UnfinishedObjects extends ObjectStates {

    private final Set<String> unfinished;

    UnfinishedObjects(ControlStore store, Activity activity) throws SQLException {
        super(store, activity);
        this.unfinished = store.objects().unfinished();
    }

    @Override
    public boolean settled(ObjectName object) throws SQLException {
        return !unfinished.contains(object.toString()) || super.settled(object);
    }
}
