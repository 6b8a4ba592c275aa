package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.util.Optional;
import java.util.Set;

/**
 * What the texts of an object name.
 *
 * @param relations tables and views, by the names that they have at the source; its own is not among them
 * @param newNames what the target's server has to put into the texts
 */
public record Mentions(Set<TableId> relations, Optional<NewNames> newNames) {

    static final Mentions NONE = of(Set.of());

    public Mentions {
        relations = Set.copyOf(relations);
    }

    /** Under the names of the source. */
    static Mentions of(Set<TableId> relations) {
        return new Mentions(relations, Optional.empty());
    }

    public Mentions with(NewNames names) {
        return new Mentions(relations, Optional.of(names));
    }
}
