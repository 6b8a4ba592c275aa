package io.walferry.job.schema;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.dialect.Feature;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns tables, and what tables can be made of, into steps: a step for each object, none for what comes with another. */
final class BeforeSteps {

    private final TargetDialect target;
    private final TableDdl tableDdl;

    /** @param objects all that are created before rows are loaded */
    BeforeSteps(List<SourceObject> objects, TargetDialect target) {
        this.target = target;
        Map<TableId, Table> tables = new LinkedHashMap<>();
        List<Sequence> sequences = new ArrayList<>();
        for (SourceObject object : objects) {
            if (object instanceof Table table) {
                tables.put(table.id(), table);
            } else if (object instanceof Sequence sequence) {
                sequences.add(sequence);
            }
        }
        tableDdl = new TableDdl(tables, sequences);
    }

    /** The schemas of the objects, in the order of their names. */
    static List<Step> schemas(Collection<? extends SourceObject> objects) {
        return objects.stream()
                .map(object -> object.id().schema())
                .filter(schema -> !schema.equals("pg_catalog"))
                .distinct()
                .sorted()
                .map(schema -> step(
                        ObjectName.of(ObjectKind.SCHEMA, new TableId(schema, schema)),
                        Presence.schema(schema),
                        List.of(ObjectDdl.createSchema(schema))))
                .toList();
    }

    /** The step that makes the object; empty if another object brings it, or if it is none of these kinds. */
    Optional<Step> of(SourceObject object) {
        TableId id = object.id();
        if (object instanceof SourceObject.Extension extension) {
            return Optional.of(
                    step(object.name(), Presence.extension(id.name()), List.of(ObjectDdl.create(extension))));
        }
        if (object instanceof SourceObject.Collation collation) {
            return id.schema().equals("pg_catalog")
                    ? Optional.empty()
                    : Optional.of(step(object, Presence.Kind.COLLATION, ObjectDdl.create(collation)));
        }
        if (object instanceof SourceObject.EnumType type) {
            return Optional.of(step(object, Presence.Kind.TYPE, ObjectDdl.create(type)));
        }
        if (object instanceof SourceObject.CompositeType type) {
            return Optional.of(step(object, Presence.Kind.TYPE, ObjectDdl.create(type)));
        }
        if (object instanceof SourceObject.DomainType type) {
            return Optional.of(step(object, Presence.Kind.TYPE, ObjectDdl.create(type)));
        }
        if (object instanceof SourceObject.RangeType type) {
            return Optional.of(
                    step(object, Presence.Kind.TYPE, ObjectDdl.create(type, target.supports(Feature.MULTIRANGE_NAME))));
        }
        if (object instanceof SourceObject.Function function) {
            return Optional.of(step(
                    object.name(),
                    // From 14 on, the arguments of a procedure are said to be IN.
                    new Presence(
                            Presence.Kind.FUNCTION, id, function.arguments().replaceAll("(^|, )IN ", "$1")),
                    List.of(function.definition())));
        }
        if (object instanceof Sequence sequence) {
            return sequence.identity()
                    ? Optional.empty()
                    : Optional.of(step(object, Presence.Kind.RELATION, ObjectDdl.create(sequence)));
        }
        if (object instanceof Table table) {
            return Optional.of(step(object.name(), Presence.of(Presence.Kind.RELATION, id), tableDdl.create(table)));
        }
        if (object instanceof SourceObject.Scripted scripted) {
            return Optional.of(step(object.name(), presence(scripted.name()), ObjectDdl.create(scripted)));
        }
        if (object instanceof SourceObject.View view) {
            return Optional.of(step(object.name(), Presence.of(Presence.Kind.VIEW, id), ObjectDdl.create(view)));
        }
        return Optional.empty();
    }

    private static Presence presence(ObjectName name) {
        return new Presence(Presence.Kind.valueOf(name.kind().name()), name.id(), name.detail());
    }

    private static Step step(SourceObject object, Presence.Kind presence, String sql) {
        return step(object.name(), Presence.of(presence, object.id()), List.of(sql));
    }

    private static Step step(ObjectName name, Presence presence, List<String> statements) {
        return new Step(name, "", 0, 0, presence, statements);
    }
}
