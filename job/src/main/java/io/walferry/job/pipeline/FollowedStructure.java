package io.walferry.job.pipeline;

import io.walferry.job.control.StructureLedger;
import io.walferry.job.model.LabelChange;
import io.walferry.job.model.LabelledType;
import io.walferry.job.model.RelationPlace;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The source's structure as the stream needs it, by what the task file says is to be done about changes. */
final class FollowedStructure implements StructureSide {

    private final SourceStructure structure;

    FollowedStructure(SourceStructure structure) {
        this.structure = structure;
    }

    SourceStructure source() {
        return structure;
    }

    @Override
    public List<TableSchema> tables() {
        return structure.tables();
    }

    @Override
    public StructureChange changeOf(StructureLogEntry entry, long commitLsn, Set<Long> ahead, Set<Long> waiting) {
        DdlEffect effect = structure.effectOf(
                DdlCommand.of(entry.id(), commitLsn, entry.event(), entry.tag(), entry.text(), entry.objects()),
                ahead,
                waiting);
        return effect.isEmpty() ? StructureChange.NONE : change(effect);
    }

    @Override
    public Map<Long, RelationPlace> places() {
        return structure.places();
    }

    @Override
    public Optional<String> schema(long oid) {
        return structure.schema(oid);
    }

    @Override
    public List<LabelChange> labelChanges() {
        return structure.labelChanges();
    }

    @Override
    public Optional<LabelledType> labelled(long type) {
        return structure.labelled(type);
    }

    @Override
    public StructureChange reading(Connection snapshot, long oid) throws SQLException {
        return change(structure.effectOfReading(snapshot, oid));
    }

    private StructureChange change(DdlEffect effect) {
        return new StructureChange(
                effect.alone(),
                effect.statements(),
                effect.changed(),
                effect.dropped(),
                effect.resync().stream()
                        .map(oid -> new StructureChange.ToReload(oid, name(oid, effect)))
                        .toList(),
                effect.publish(),
                effect.ignored(),
                effect.changesNothing() ? null : effect.stop(),
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
