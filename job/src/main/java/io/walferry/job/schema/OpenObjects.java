package io.walferry.job.schema;

import io.walferry.job.catalog.ObjectName;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Objects of a run of steps: an object that several steps make is done with the last of them. */
final class OpenObjects {

    private final Map<ObjectName, Integer> open = new HashMap<>();
    private final Set<ObjectName> failed = new HashSet<>();
    private final Set<ObjectName> present = new LinkedHashSet<>();

    /**
     * Counts.
     *
     * @param all steps of the run
     * @param missing those that are to be made
     */
    OpenObjects(Collection<Step> all, Collection<Step> missing) {
        all.stream().filter(Step::makesObject).map(Step::name).forEach(present::add);
        for (Step step : missing) {
            if (step.makesObject()) {
                present.remove(step.name());
                open.merge(step.name(), 1, Integer::sum);
            }
        }
    }

    /** What was there before the run. */
    Set<ObjectName> present() {
        return present;
    }

    /** What is complete with the step: the object, or nothing. */
    List<ObjectName> done(Step step) {
        return step.makesObject() && open.merge(step.name(), -1, Integer::sum) == 0 && !failed.contains(step.name())
                ? List.of(step.name())
                : List.of();
    }

    void failed(Step step) {
        failed.add(step.name());
        open.merge(step.name(), -1, Integer::sum);
    }
}
