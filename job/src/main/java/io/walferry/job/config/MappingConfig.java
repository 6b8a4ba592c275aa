package io.walferry.job.config;

import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * How tables arrive at the target, where not as they are.
 *
 * @param rules those that name a table win over those with a pattern; of several the first
 * @param operations what is replicated where no rule says otherwise; {@code null}: all
 * @param onExisting likewise
 * @param softDelete likewise, see {@link MappingRule#softDelete}; empty: rows are deleted
 * @param audit likewise, see {@link MappingRule#audit}
 */
public record MappingConfig(
        List<MappingRule> rules, Set<Operation> operations, OnExisting onExisting, String softDelete, TableId audit)
        implements Serializable {

    /** No table at all. */
    public static final TableId NO_AUDIT = new TableId("", "");

    public static final MappingConfig NONE = new MappingConfig(List.of(), null, OnExisting.REPORT, "", NO_AUDIT);

    public MappingConfig {
        rules = List.copyOf(rules);
        operations = operations == null ? null : Set.copyOf(operations);
    }
}
