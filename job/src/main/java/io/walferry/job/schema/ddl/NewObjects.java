package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.schema.TableDdl;
import io.walferry.job.schema.TargetStructure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What is new after a command is made by the same steps as at a start. */
final class NewObjects {

    private final StructureState before;
    private final StructureState after;
    private final Statements statements;
    private final ConstraintDiff constraints;
    private final Set<ObjectName> made;
    private final boolean consistent;
    private final Consumer<String> ensureSchema;

    /**
     * @param constraints whose indexes and constraints are new
     * @param made the objects that are new
     * @param consistent all of the plan has been made; else what comes at its end is made with the rest of it
     * @param ensureSchema makes the schema, unless the target has it
     */
    NewObjects(
            StructureState before,
            StructureState after,
            Statements statements,
            ConstraintDiff constraints,
            Set<ObjectName> made,
            boolean consistent,
            Consumer<String> ensureSchema) {
        this.before = before;
        this.after = after;
        this.statements = statements;
        this.constraints = constraints;
        this.made = made;
        this.consistent = consistent;
        this.ensureSchema = ensureSchema;
    }

    /** The plan's steps of what is new. */
    void make() {
        Set<ObjectName> known = new HashSet<>();
        before.target().steps().forEach(step -> known.add(step.name()));
        List<String> attachedIndexes = new ArrayList<>();
        for (TargetStructure.Made step : after.target().steps()) {
            ObjectName name = step.name();
            switch (step.stage()) {
                case BEFORE -> {
                    if (name.kind() == ObjectKind.SCHEMA) {
                        if (!known.contains(name) && uses(name.id().name())) {
                            ensureSchema.accept(name.id().name());
                        }
                    } else if (made.contains(name)) {
                        create(step);
                    }
                }
                case INDEX, RESTRICTING -> {
                    if (!consistent && step.stage() == TargetStructure.Stage.RESTRICTING) {
                        continue;
                    }
                    boolean isMade = constraints.made().contains(partName(name));
                    for (String sql : step.statements()) {
                        boolean attaches = sql.startsWith("ALTER INDEX ") && sql.contains(" ATTACH PARTITION ");
                        if (attaches && (isMade || constraints.attached().contains(partName(name)))) {
                            attachedIndexes.add(sql);
                        } else if (isMade) {
                            statements.indexes.add(sql);
                        }
                    }
                }
                case LATER -> {
                    if (name.kind() == ObjectKind.SCHEMA) {
                        if (!known.contains(name) && uses(name.id().name())) {
                            ensureSchema.accept(name.id().name());
                        }
                    } else if (!consistent && !beforeTables(name.kind())) {
                        continue; // made with the rest of the plan
                    } else if (made.contains(name)
                            || constraints.made().contains(partName(name))
                            || name.kind() == ObjectKind.REPLICA_IDENTITY
                                    && made.contains(ObjectName.of(ObjectKind.TABLE, name.id()))) {
                        (beforeTables(name.kind()) ? statements.creates : statements.later).addAll(step.statements());
                    }
                }
            }
        }
        statements.attaches.addAll(attachedIndexes);
    }

    private boolean uses(String schema) {
        return after.objects().values().stream()
                .anyMatch(object ->
                        made.contains(object.name()) && object.id().schema().equals(schema));
    }

    /** What a column of a table may come to use, though nothing did when it was made. */
    private static boolean beforeTables(ObjectKind kind) {
        return switch (kind) {
            case TYPE,
                    DOMAIN,
                    FUNCTION,
                    PROCEDURE,
                    AGGREGATE,
                    SEQUENCE,
                    COLLATION,
                    EXTENSION,
                    OPERATOR,
                    OPERATOR_FAMILY,
                    OPERATOR_CLASS,
                    CAST -> true;
            default -> false;
        };
    }

    private static String partName(ObjectName name) {
        return name.kind() == ObjectKind.INDEX ? name.id().toString() : name.id() + "." + name.detail();
    }

    private void create(TargetStructure.Made step) {
        Optional<String> attach = after.oid(step.name().id())
                .filter(oid -> step.name().kind() == ObjectKind.TABLE)
                .map(after.tables()::get)
                .flatMap(TableDdl::attach);
        for (String sql : step.statements()) {
            if (attach.filter(sql::equals).isPresent()) {
                statements.attaches.add(sql);
            } else {
                statements.creates.add(sql);
            }
        }
    }
}
