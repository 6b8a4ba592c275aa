package io.walferry.job.config;

import java.io.Serializable;
import java.util.Map;

/**
 * What a task does about changes of the source's structure.
 *
 * @param otherwise where {@code kinds} has nothing
 * @param kinds by command, {@code drop-table}, or by kind of object, {@code index}; a command wins
 */
public record DdlConfig(DdlPolicy otherwise, Map<String, DdlPolicy> kinds) implements Serializable {

    public static final DdlConfig DEFAULT = new DdlConfig(DdlPolicy.APPLY, Map.of());

    public DdlConfig {
        kinds = Map.copyOf(kinds);
    }

    /** Whether changes of structure are looked at. If not, one that matters for a table's rows stops the task. */
    public boolean follows() {
        return otherwise != DdlPolicy.IGNORE || !kinds.isEmpty();
    }

    /** @param tag of a command: {@code DROP TABLE} */
    public DdlPolicy of(String tag) {
        String command = tag.toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
        String object = command.substring(command.indexOf('-') + 1);
        return kinds.getOrDefault(command, kinds.getOrDefault(object, otherwise));
    }
}
