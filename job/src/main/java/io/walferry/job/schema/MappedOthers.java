package io.walferry.job.schema;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.ForeignKey;
import io.walferry.job.catalog.TableChange;
import java.util.List;
import java.util.Optional;

/** What comes when rows are there, under the names of the target: foreign keys and what is said of objects follow, texts cannot. */
final class MappedOthers {

    private final MappedTables mapped;
    private final MappedNames names;
    private final MappingLosses losses;

    MappedOthers(MappedTables mapped, MappedNames names, MappingLosses losses) {
        this.mapped = mapped;
        this.names = names;
        this.losses = losses;
    }

    /** The object at the target; empty if it cannot be there. */
    Optional<SourceObject> apply(SourceObject object) {
        if (object instanceof ForeignKey key) {
            return foreignKey(key);
        }
        if (object instanceof SourceObject.Comment comment) {
            return named(comment.on()).map(on -> new SourceObject.Comment(on, comment.text()));
        }
        if (object instanceof SourceObject.Grant grant) {
            return named(grant.on())
                    .map(on -> new SourceObject.Grant(on, grant.privilege(), grant.grantee(), grant.grantable()));
        }
        return new MappedTexts(mapped, names, losses).apply(object);
    }

    private Optional<SourceObject> foreignKey(ForeignKey key) {
        TableChange child = mapped.changes().get(key.id());
        TableChange parent = mapped.changes().get(key.parent());
        if (child == null || parent == null) {
            return Optional.of(key);
        }
        Optional<List<String>> columns = child.columns(key.columns());
        Optional<List<String>> parentColumns = parent.columns(key.parentColumns());
        Optional<List<String>> setColumns = child.columns(key.setColumns());
        boolean follows = child.created() && parent.created() && !child.shared() && !parent.shared();
        if (!follows
                || columns.isEmpty()
                || parentColumns.isEmpty()
                || setColumns.isEmpty()
                || parent.constant().isPresent()
                || parent.chosen()
                || child.keepsDeleted() && !parent.keepsDeleted()) {
            losses.leaveOut(
                    key.name(),
                    parent.chosen()
                            ? "only some rows of " + key.parent() + " arrive"
                            : child.keepsDeleted() && !parent.keepsDeleted()
                                    ? "deleted rows of " + key.id() + " stay, marked, and those of " + key.parent()
                                            + " do not"
                                    : "it uses a column that is left out, or a table that is shared or not created by the task");
            return Optional.empty();
        }
        return Optional.of(new ForeignKey(
                child.target(),
                key.constraint(),
                columns.get(),
                parent.target(),
                parentColumns.get(),
                key.period(),
                key.actions(),
                setColumns.get(),
                key.timing(),
                key.validated(),
                key.enforced()));
    }

    /** The name at the target of what a comment or a grant is on; empty if that is not there. */
    private Optional<ObjectName> named(ObjectName on) {
        TableChange change = mapped.changes().get(on.id());
        boolean viewIsGone = losses.dropped(ObjectName.of(ObjectKind.VIEW, on.id()))
                || losses.dropped(ObjectName.of(ObjectKind.MATERIALIZED_VIEW, on.id()));
        if (losses.dropped(on) || viewIsGone || change != null && !change.created()) {
            return Optional.empty();
        }
        return switch (on.kind()) {
            case TABLE, SEQUENCE, FOREIGN_KEY, RULE, TRIGGER -> Optional.of(
                    new ObjectName(on.kind(), names.of(on.id()), on.detail()));
            case CONSTRAINT -> Optional.of(
                    ObjectName.on(on.kind(), names.of(on.id()), names.index(on.id(), on.detail())));
            case COLUMN -> change == null
                    ? Optional.of(on)
                    : change.columns(List.of(on.detail()))
                            .map(name -> new ObjectName(on.kind(), names.of(on.id()), name.get(0)));
            case INDEX -> Optional.of(ObjectName.of(on.kind(), names.index(on.id())));
            default -> change != null && names.changes(on.id()) ? Optional.empty() : Optional.of(on);
        };
    }
}
