package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Looks at one item and writes nothing. */
public interface Check {

    /** What a check cannot do without. */
    enum Need {
        /** A connection to the source. */
        SOURCE,
        /** A connection to the target. */
        TARGET,
        /** What the task's patterns select at the source, so a connection to it too. */
        OBJECTS
    }

    CheckItem item();

    Set<Need> needs();

    /** What was found; empty if all is well. */
    List<Finding> run(CheckContext context) throws SQLException;
}
