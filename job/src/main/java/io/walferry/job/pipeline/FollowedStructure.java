package io.walferry.job.pipeline;

import io.walferry.job.config.DdlConfig;
import io.walferry.job.config.DdlPolicy;
import io.walferry.job.control.StructureLedger;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.ddl.DdlCommand;
import io.walferry.job.schema.ddl.DdlEffect;
import io.walferry.job.schema.ddl.SourceStructure;
import io.walferry.job.source.StructureChange;
import io.walferry.job.source.StructureLogEntry;
import io.walferry.job.source.StructureSide;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The source's structure as the stream needs it, by what the task file says is to be done about changes. */
final class FollowedStructure implements StructureSide {

    private final SourceStructure structure;
    private final DdlConfig policies;

    FollowedStructure(SourceStructure structure, DdlConfig policies) {
        this.structure = structure;
        this.policies = policies;
    }

    SourceStructure source() {
        return structure;
    }

    @Override
    public List<TableSchema> tables() {
        return structure.tables();
    }

    @Override
    public StructureChange changeOf(StructureLogEntry entry, Set<Long> ahead) {
        DdlEffect effect = structure.effectOf(
                DdlCommand.of(entry.id(), entry.event(), entry.tag(), entry.text(), entry.objects()), ahead);
        if (effect.isEmpty()) {
            return StructureChange.NONE;
        }
        return change(effect, effect.changesNothing() ? DdlPolicy.APPLY : policies.of(entry.tag()));
    }

    @Override
    public StructureChange reading(Connection snapshot, long oid) throws SQLException {
        return change(structure.effectOfReading(snapshot, oid), DdlPolicy.APPLY);
    }

    private StructureChange change(DdlEffect effect, DdlPolicy policy) {
        boolean apply = policy != DdlPolicy.IGNORE;
        List<String> ignored = new ArrayList<>(effect.ignored());
        if (!apply) {
            ignored.add("the task file says to ignore it");
        }
        return new StructureChange(
                apply ? effect.alone() : List.of(),
                apply ? effect.statements() : List.of(),
                effect.changed(),
                effect.dropped(),
                effect.resync().stream()
                        .map(oid -> new StructureChange.ToReload(oid, name(oid, effect)))
                        .toList(),
                effect.publish(),
                ignored,
                policy == DdlPolicy.STOP ? "the task file says to stop at it" : null,
                effect);
    }

    private TableId name(long oid, DdlEffect effect) {
        return effect.changed().stream()
                .filter(table -> table.oid() == oid)
                .findFirst()
                .or(() -> structure.table(oid))
                .map(TableSchema::id)
                .orElse(new TableId("", "OID " + oid));
    }

    @Override
    public void accept(StructureChange change) {
        if (change.origin() instanceof DdlEffect effect) {
            structure.accept(effect);
        }
    }

    /** What is recorded of a change. */
    static StructureLedger.Outcome outcome(StructureChange change) {
        Optional<String> told =
                change.ignored().isEmpty() ? Optional.empty() : Optional.of(String.join("; ", change.ignored()));
        boolean applied = !change.alone().isEmpty()
                || !change.statements().isEmpty()
                || !change.reload().isEmpty()
                || told.isEmpty() && !change.isQuiet();
        return new StructureLedger.Outcome(
                applied ? "applied" : told.isPresent() ? "ignored" : "noted", told.orElse(null));
    }
}
