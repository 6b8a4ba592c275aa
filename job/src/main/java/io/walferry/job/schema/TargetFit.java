package io.walferry.job.schema;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.dialect.Feature;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.Column;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Fits a source's structure to what the target can do: what it cannot is a finding, and left out where rows do not need it. */
final class TargetFit {

    private static final Pattern BUILT_IN = Pattern.compile("pg_catalog\\.\"([^\"]+)\"(?:\\[])?");
    private static final Pattern NUMERIC = Pattern.compile("pg_catalog\\.numeric\\((\\d+),(-?\\d+)\\).*");
    private static final String NULLS_NOT_DISTINCT = " NULLS NOT DISTINCT";

    private final TargetDialect target;
    private final List<Finding> findings = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    TargetFit(TargetDialect target) {
        this.target = target;
    }

    List<Finding> findings() {
        return findings;
    }

    List<LeftOut> leftOut() {
        return leftOut;
    }

    /**
     * Something that no table needs; empty if the target cannot have it.
     *
     * @param tables all that are created
     */
    Optional<SourceObject> fitOther(SourceObject object, Map<TableId, Table> tables) {
        LaterFit.Verdict verdict = new LaterFit(target, tables).judge(object);
        findings.addAll(verdict.findings());
        verdict.leftOut().ifPresent(leftOut::add);
        if (verdict.object().isEmpty()) {
            return Optional.empty();
        }
        int before = findings.size();
        SourceObject fitted = fit(verdict.object().get());
        for (int i = before; i < findings.size(); i++) {
            Finding finding = findings.get(i);
            if (finding.severity() == Finding.Severity.ERROR) {
                findings.set(i, Finding.warning(finding.where(), finding.what(), LaterFit.WITHOUT));
                leftOut.add(LeftOut.of(object.name(), finding.what()));
                return Optional.empty();
            }
        }
        return Optional.of(fitted);
    }

    SourceObject fit(SourceObject object) {
        if (object instanceof Table table) {
            return table(table);
        }
        if (object instanceof SourceObject.Extension extension
                && !target.hasExtension(extension.id().name())) {
            findings.add(Finding.error(
                    "extension " + extension.id().name(),
                    "the target does not offer it",
                    "Install its package at the target, or exclude what needs it"));
        }
        if (object instanceof SourceObject.Collation collation) {
            String where = "collation " + collation.id();
            require(collation.deterministic(), Feature.NONDETERMINISTIC_COLLATION, where);
            require(collation.provider() != 'b', Feature.BUILTIN_COLLATION, where);
            require(collation.rules().isEmpty(), Feature.COLLATION_RULES, where);
        }
        if (object instanceof SourceObject.Function function) {
            require(
                    !function.language().equals("sql") || function.definition().contains("\nAS "),
                    Feature.SQL_BODY_FUNCTION,
                    "function " + function.id());
        }
        if (object instanceof SourceObject.MaterializedView view) {
            return materializedView(view);
        }
        if (object instanceof SourceObject.CompositeType type) {
            type.attributes().forEach(attribute -> type("type " + type.id(), attribute.column()));
        }
        return object;
    }

    private SourceObject materializedView(SourceObject.MaterializedView view) {
        List<SourceColumn> columns = new ArrayList<>();
        view.columns().forEach(column -> columns.add(column("materialized view " + view.id(), column)));
        List<SourceIndex> indexes = new ArrayList<>();
        view.indexes().forEach(index -> index(view.id(), index).ifPresent(indexes::add));
        return new SourceObject.MaterializedView(
                view.id(), view.options(), view.definition(), view.populated(), columns, indexes, view.mentions());
    }

    private void require(boolean notUsed, Feature feature, String where) {
        if (!notUsed && !target.supports(feature)) {
            findings.add(Finding.error(
                    where,
                    "the target is " + target.name() + ", and " + feature.words() + " came with " + feature.since(),
                    "Use a newer target, or exclude what needs it"));
        }
    }

    private Table table(Table table) {
        String where = "table " + table.id();
        if (!table.accessMethod().equals("heap")) {
            findings.add(Finding.warning(
                    where,
                    "its access method at the source is " + table.accessMethod(),
                    "At the target it is created as a heap table"));
        }
        List<SourceColumn> columns = new ArrayList<>();
        table.columns().forEach(column -> columns.add(column(where, column)));
        List<String> options = new ArrayList<>();
        for (String option : table.options()) {
            String name = option.substring(0, Math.max(0, option.indexOf('=')));
            if (target.missingStorageParameter(name).isPresent()) {
                leftOut(where, "its storage parameter " + name);
            } else {
                options.add(option);
            }
        }
        List<Check> checks = new ArrayList<>();
        for (Check check : table.checks()) {
            if (check.enforced() || target.supports(Feature.UNENFORCED_CHECK)) {
                checks.add(check);
            } else {
                leftOut(where, "its constraint " + check.name() + ", which is NOT ENFORCED,");
            }
        }
        List<SourceIndex> indexes = new ArrayList<>();
        table.indexes().forEach(index -> index(table.id(), index).ifPresent(indexes::add));
        return new Table(
                table.id(),
                table.oid(),
                table.pages(),
                columns,
                checks,
                indexes,
                options,
                table.partitionKey(),
                table.partitionOf(),
                table.bound(),
                table.inherits(),
                table.type(),
                table.accessMethod(),
                table.unlogged(),
                table.replicaIdentity());
    }

    private SourceColumn column(String where, SourceColumn column) {
        type(where, column.column());
        char generated = column.generated();
        if (generated != ' ') {
            require(false, Feature.GENERATED_COLUMN, where + ", column " + column.name());
        }
        if (generated == 'v' && !target.supports(Feature.VIRTUAL_COLUMN)) {
            generated = 's';
            findings.add(Finding.warning(
                    where + ", column " + column.name(),
                    "it is a virtual generated column, which the target does not have",
                    "At the target it is a stored one"));
        }
        boolean compression = column.compression() == ' ' || target.supports(Feature.COLUMN_COMPRESSION);
        if (!compression) {
            leftOut(where, "the compression method of its column " + column.name());
        }
        return new SourceColumn(
                column.column(),
                column.local(),
                column.collation(),
                column.expression(),
                generated,
                column.storage(),
                compression ? column.compression() : ' ',
                column.statisticsTarget(),
                column.options());
    }

    private void type(String where, Column column) {
        var builtIn = BUILT_IN.matcher(column.bareType());
        Optional<Integer> since = builtIn.matches() ? target.missingType(builtIn.group(1)) : Optional.empty();
        since.ifPresent(version -> findings.add(Finding.error(
                where + ", column " + column.name(),
                "the target is " + target.name() + ", and the type " + builtIn.group(1) + " came with " + version,
                "Use a newer target, or exclude the table")));
        var numeric = NUMERIC.matcher(column.type());
        if (numeric.matches()) {
            int scale = Integer.parseInt(numeric.group(2));
            require(
                    scale >= 0 && scale <= Integer.parseInt(numeric.group(1)),
                    Feature.NEGATIVE_SCALE,
                    where + ", column " + column.name());
        }
    }

    private Optional<SourceIndex> index(TableId table, SourceIndex index) {
        String where = "index " + new TableId(table.schema(), index.name());
        if (!index.valid()) {
            findings.add(Finding.warning(
                    where,
                    "it is not valid at the source",
                    "It is not created at the target; build it anew or drop it at the source"));
            return Optional.empty();
        }
        String definition = index.definition();
        if (definition.contains(NULLS_NOT_DISTINCT)
                && index.allNotNull()
                && !index.expressions()
                && !target.supports(Feature.NULLS_NOT_DISTINCT)) {
            // Without NULLs the words mean nothing.
            index = withDefinition(index, definition.replace(NULLS_NOT_DISTINCT, ""));
            definition = index.definition();
        }
        String constraint =
                index.constraint().map(SourceIndex.IndexConstraint::definition).orElse("");
        boolean include = definition.contains(" INCLUDE (");
        boolean created = has(definition.contains(NULLS_NOT_DISTINCT), Feature.NULLS_NOT_DISTINCT, where)
                && has(include && index.method().equals("gist"), Feature.INCLUDE_GIST, where)
                && has(include && index.method().equals("spgist"), Feature.INCLUDE_SPGIST, where)
                && has(
                        index.method().equals("brin")
                                && (definition.contains("_bloom_ops") || definition.contains("_minmax_multi_ops")),
                        Feature.BRIN_BLOOM_MULTI,
                        where)
                && has(definition.contains("deduplicate_items="), Feature.DEDUPLICATION, where)
                && has(constraint.contains(" WITHOUT OVERLAPS"), Feature.PERIODS, where)
                && has(
                        index.exclusion() && (index.partitioned() || index.parent() != 0),
                        Feature.PARTITIONED_EXCLUSION,
                        where);
        return created ? Optional.of(index) : Optional.empty();
    }

    private boolean has(boolean used, Feature feature, String where) {
        if (!used || target.supports(feature)) {
            return true;
        }
        findings.add(Finding.warning(
                where,
                "the target is " + target.name() + ", and " + feature.words() + " came with " + feature.since(),
                "It is not created at the target; rows arrive all the same"));
        return false;
    }

    private void leftOut(String where, String what) {
        findings.add(Finding.info(where, what + " is left out: the target is " + target.name(), ""));
    }

    private static SourceIndex withDefinition(SourceIndex index, String definition) {
        return new SourceIndex(
                index.oid(),
                index.table(),
                index.name(),
                index.partitioned(),
                index.unique(),
                index.primary(),
                index.exclusion(),
                index.immediate(),
                index.valid(),
                index.replicaIdentity(),
                index.predicate(),
                index.expressions(),
                index.columns(),
                index.allNotNull(),
                index.parent(),
                index.pages(),
                definition,
                index.method(),
                index.constraint());
    }
}
