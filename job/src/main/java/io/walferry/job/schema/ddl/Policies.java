package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.NamePattern;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.config.DdlConfig;
import io.walferry.job.config.DdlPolicy;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the task file says is to be done about a command's changes, object by object, under the names that they had before it at
 * the source. A partition that no choice names goes by its table's; a sequence that a table owns by that table's.
 */
final class Policies {

    private final DdlConfig config;
    private final StructureState before;
    private final StructureState after;
    private final String tag;

    Policies(DdlConfig config, StructureState before, StructureState after, String tag) {
        this.config = config;
        this.before = before;
        this.after = after;
        this.tag = tag;
    }

    DdlPolicy of(ObjectKey key) {
        return tables(key).stream()
                .flatMap(table -> chosen(config.tables(), table, true).stream())
                .findFirst()
                .or(() -> schema(key).flatMap(schema -> chosen(config.schemas(), new TableId(schema, ""), false)))
                .or(() -> config.all().of(tag))
                .orElse(DdlPolicy.APPLY);
    }

    private Optional<DdlPolicy> chosen(List<DdlConfig.Some> choices, TableId id, boolean table) {
        return choices.stream()
                .filter(some -> (table ? NamePattern.ofTable(some.pattern()) : NamePattern.ofSchema(some.pattern()))
                        .matches(id))
                .flatMap(some -> some.choice().of(tag).stream())
                .findFirst();
    }

    /** The table that the object is or goes with, then those that it is a partition of. */
    private List<TableId> tables(ObjectKey key) {
        List<TableId> tables = new ArrayList<>();
        Optional<Long> table = table(before, key).or(() -> table(after, key));
        table.ifPresent(oid -> {
            name(oid).ifPresent(tables::add);
            StructureState known = before.sourceTable(oid).isPresent() ? before : after;
            name(known.stored().root(oid)).ifPresent(tables::add);
        });
        return tables;
    }

    private static Optional<Long> table(StructureState state, ObjectKey key) {
        SourceObject object = state.objects().get(identity(key));
        if (object instanceof Table table) {
            return Optional.of(table.oid());
        }
        return object instanceof Sequence sequence ? sequence.ownerTable().flatMap(state::oid) : Optional.empty();
    }

    private Optional<TableId> name(long oid) {
        return before.stored().relation(oid).or(() -> after.stored().relation(oid));
    }

    private Optional<String> schema(ObjectKey key) {
        return schema(before, key).or(() -> schema(after, key));
    }

    private Optional<String> schema(StructureState state, ObjectKey key) {
        if (key.catalog().equals("pg_namespace")) {
            return Optional.ofNullable(state.stored().namespaces().get(key.oid()));
        }
        return Optional.ofNullable(state.objects().get(identity(key)))
                .map(object -> object.sourceName().id().schema());
    }

    private static String identity(ObjectKey key) {
        return key.catalog() + ":" + key.oid();
    }
}
