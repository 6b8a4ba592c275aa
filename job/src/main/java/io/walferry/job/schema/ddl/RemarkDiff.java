package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.model.TableId;
import io.walferry.job.schema.NameSql;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Comments and privileges that a command has changed. */
final class RemarkDiff {

    private final StructureState before;
    private final StructureState after;
    private final Statements statements;

    RemarkDiff(StructureState before, StructureState after, Statements statements) {
        this.before = before;
        this.after = after;
        this.statements = statements;
    }

    void diff() {
        Map<ObjectName, String> old = comments(before);
        Map<ObjectName, String> now = comments(after);
        now.forEach((on, text) -> {
            if (!text.equals(old.get(on))) {
                statements.remarks.add(NameSql.comment(new SourceObject.Comment(on, text)));
            }
        });
        Set<TableId> there = new HashSet<>();
        after.objects().values().forEach(object -> there.add(object.id()));
        old.forEach((on, text) -> {
            if (!now.containsKey(on) && isThere(on, there)) {
                statements.remarks.add("COMMENT ON " + NameSql.named(on) + " IS NULL");
            }
        });
        Set<SourceObject.Grant> granted = grants(before);
        Set<SourceObject.Grant> wanted = grants(after);
        granted.stream()
                .filter(grant -> !wanted.contains(grant) && isThere(grant.on(), there))
                .forEach(grant -> statements.remarks.add(NameSql.revoke(grant)));
        wanted.stream()
                .filter(grant -> !granted.contains(grant))
                .forEach(grant -> statements.remarks.add(NameSql.grant(grant)));
    }

    /** What the remark is on has its name still, and the part of it too. */
    private boolean isThere(ObjectName on, Set<TableId> there) {
        return switch (on.kind()) {
            case COLUMN -> after.tables().values().stream()
                            .anyMatch(table -> table.id().equals(on.id())
                                    && table.columns().stream()
                                            .anyMatch(column -> column.name().equals(on.detail())))
                    || after.tables().values().stream()
                                    .noneMatch(table -> table.id().equals(on.id()))
                            && there.contains(on.id());
            case CONSTRAINT -> after.tables().values().stream()
                    .anyMatch(table -> table.id().equals(on.id())
                            && (table.checks().stream()
                                            .anyMatch(check -> check.name().equals(on.detail()))
                                    || table.indexes().stream()
                                            .anyMatch(index -> index.name().equals(on.detail()))));
            case INDEX -> after.objects().values().stream()
                    .anyMatch(object -> object.id().schema().equals(on.id().schema())
                            && after.indexes(object).stream().anyMatch(index -> index.name()
                                    .equals(on.id().name())));
            case SCHEMA -> after.stored().namespaces().containsValue(on.id().name());
            default -> after.objects().values().stream()
                    .anyMatch(object -> object.name().equals(on));
        };
    }

    private static Map<ObjectName, String> comments(StructureState state) {
        Map<ObjectName, String> comments = new LinkedHashMap<>();
        state.target().objects().forEach(object -> {
            if (object instanceof SourceObject.Comment comment) {
                comments.put(comment.on(), comment.text());
            }
        });
        return comments;
    }

    private static Set<SourceObject.Grant> grants(StructureState state) {
        Set<SourceObject.Grant> grants = new LinkedHashSet<>();
        state.target().objects().forEach(object -> {
            if (object instanceof SourceObject.Grant grant) {
                grants.add(grant);
            }
        });
        return grants;
    }
}
