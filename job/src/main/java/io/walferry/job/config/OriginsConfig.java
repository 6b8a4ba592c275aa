package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Whose changes at the source are not the task's.
 *
 * @param excluded names of tasks that write to the source, or of replication origins; {@code *}: of all
 */
public record OriginsConfig(List<String> excluded) implements Serializable {

    public static final OriginsConfig NONE = new OriginsConfig(List.of());

    public OriginsConfig {
        excluded = List.copyOf(excluded);
    }

    /** Whether the source's tables are written to by a task that is left out, so the target may have what the source has not. */
    public boolean excludes() {
        return !excluded.isEmpty();
    }

    static OriginsConfig read(Section source) {
        return new OriginsConfig(source.texts(
                "exclude-origins",
                name -> name.isEmpty()
                        ? Optional.of("write the name of a task or of a replication origin, or '*'")
                        : Optional.empty()));
    }
}
