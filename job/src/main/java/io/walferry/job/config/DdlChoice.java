package io.walferry.job.config;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One policy for all changes, or one for each kind of them.
 *
 * @param otherwise where {@code kinds} has nothing; {@code null}: a wider choice decides
 * @param kinds by command, {@code drop-table}, or by kind of object, {@code index}; a command wins
 */
public record DdlChoice(DdlPolicy otherwise, Map<String, DdlPolicy> kinds) implements Serializable {

    public DdlChoice {
        kinds = Map.copyOf(kinds);
    }

    static DdlChoice of(DdlPolicy policy) {
        return new DdlChoice(policy, Map.of());
    }

    /**
     * Empty if a wider choice decides.
     *
     * @param tag of a command: {@code DROP TABLE}
     */
    public Optional<DdlPolicy> of(String tag) {
        String command = tag.toLowerCase(Locale.ROOT).replace(' ', '-');
        String object = command.substring(command.indexOf('-') + 1);
        return Optional.ofNullable(kinds.getOrDefault(command, kinds.getOrDefault(object, otherwise)));
    }
}
