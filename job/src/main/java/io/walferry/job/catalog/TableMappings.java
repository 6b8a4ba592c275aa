package io.walferry.job.catalog;

import io.walferry.job.config.MappingConfig;
import io.walferry.job.config.MappingRule;
import io.walferry.job.config.PhasesConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.Column;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.Reshape;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Works out from the task file where and how each table arrives. Asks no server, and finds all that is wrong at once. */
public final class TableMappings {

    /** PostgreSQL cuts longer names off, so two of them could become one. */
    private static final int LONGEST_NAME_BYTES = 63;

    private final SourceCatalog catalog;
    private final MappingConfig config;
    private final PhasesConfig phases;
    private final Map<TableId, Reshape> reshapes;
    private final List<Finding> findings = new ArrayList<>();
    private final Map<TableId, SourceObject.Table> objects = new LinkedHashMap<>();
    private final Set<String> columnsFound = new HashSet<>();
    /** Findings of columns that are not there, which refuse a start; in a running task, they may have been dropped. */
    private int columnsMissing;

    private TableMappings(
            SourceCatalog catalog, MappingConfig config, PhasesConfig phases, Map<TableId, Reshape> reshapes) {
        this.reshapes = Map.copyOf(reshapes);
        this.catalog = catalog;
        this.config = config;
        this.phases = phases;
        for (SourceObject object : catalog.structure()) {
            if (object instanceof SourceObject.Table table) {
                objects.put(table.id(), table);
            }
        }
    }

    public static MappedTables of(SourceCatalog catalog, MappingConfig config, PhasesConfig phases) {
        return of(catalog, config, phases, Map.of());
    }

    /** @param reshapes what statements make of tables, by source table */
    public static MappedTables of(
            SourceCatalog catalog, MappingConfig config, PhasesConfig phases, Map<TableId, Reshape> reshapes) {
        return new TableMappings(catalog, config, phases, reshapes).map();
    }

    private MappedTables map() {
        Map<TableId, TableSchema> tables = new LinkedHashMap<>();
        for (TableSchema table : catalog.tables()) {
            tables.put(table.id(), mapped(table));
        }
        Map<TableId, List<TableSchema>> byTarget = new LinkedHashMap<>();
        tables.values()
                .forEach(table -> byTarget.computeIfAbsent(table.mapping().target(), target -> new ArrayList<>())
                        .add(table));
        Set<TableId> notCreated = new HashSet<>();
        for (List<TableSchema> together : byTarget.values()) {
            if (together.size() > 1) {
                SharedTarget.Result shared = SharedTarget.of(together, this::rule);
                shared.tables().forEach(table -> tables.put(table.id(), table));
                findings.addAll(shared.findings());
                together.stream().skip(1).map(TableSchema::id).forEach(notCreated::add);
            }
        }
        Map<TableId, TableChange> changes = new HashMap<>();
        for (TableId id : objects.keySet()) {
            changes.put(id, change(id, Optional.ofNullable(tables.get(id)), notCreated.contains(id)));
        }
        checkNames(changes);
        checkRules();
        return new MappedTables(new ArrayList<>(tables.values()), changes, findings);
    }

    private Optional<MappingRule> rule(TableId table) {
        return rule(config, table);
    }

    /** The rule that decides for the table. */
    private static Optional<MappingRule> rule(MappingConfig config, TableId table) {
        Optional<MappingRule> byName = config.rules().stream()
                .filter(rule -> rule.byName() && rule.matches(table))
                .findFirst();
        return byName.or(() ->
                config.rules().stream().filter(rule -> rule.matches(table)).findFirst());
    }

    /** Whether the task file says which changes of the table are replicated. */
    public static boolean saysOperations(MappingConfig config, TableId table) {
        return config.operations() != null
                || rule(config, table).filter(rule -> rule.operations() != null).isPresent();
    }

    /** The rule for the columns: a partition has those of its root. */
    private Optional<MappingRule> columnRule(TableId table) {
        TableId root = table;
        SourceObject.Table object = objects.get(table);
        while (object != null && object.partitionOf().isPresent()) {
            root = object.partitionOf().get();
            object = objects.get(root);
        }
        return rule(root);
    }

    private TableSchema mapped(TableSchema table) {
        Optional<MappingRule> rule = rule(table.id());
        Optional<Reshape> reshape = Optional.ofNullable(reshapes.get(table.id()));
        if (rule.isEmpty()
                && reshape.isEmpty()
                && config.operations() == null
                && config.onExisting() == OnExisting.REPORT
                && config.softDelete().isEmpty()
                && config.audit().equals(MappingConfig.NO_AUDIT)
                && phases.load()) {
            return table;
        }
        int before = findings.size() - columnsMissing;
        Optional<MappingRule> forColumns = columnRule(table.id());
        List<MappedColumn> columns = reshape.filter(Reshape::namesColumns)
                .map(found -> StatementColumns.of(table, found, rule, findings))
                .orElseGet(() -> forColumns
                        .map(found -> columns(table, found))
                        .orElse(table.mapping().columns()));
        Optional<MappedColumn> deletion = deletion(rule);
        if (deletion.isPresent()) {
            columns = new ArrayList<>(columns);
            columns.add(deletion.get());
        }
        reshape.ifPresent(found -> StatementColumns.checkRule(table, found, rule, findings));
        Set<Operation> operations = rule.map(MappingRule::operations)
                .or(() -> Optional.ofNullable(config.operations()))
                .orElse(EnumSet.allOf(Operation.class));
        checkOperations(table, operations);
        deletion.ifPresent(column -> checkDeletion(table, column.name(), operations));
        if (findings.size() - columnsMissing > before) {
            return table;
        }
        TableMapping mapping = new TableMapping(
                target(table.id()),
                columns,
                operations,
                rule.map(MappingRule::onExisting).orElse(config.onExisting()),
                false,
                false,
                table.partitioned(),
                !phases.load(),
                false,
                null,
                audit(rule).orElse(null));
        return table.withMapping(rule.map(MappingRule::filter)
                        .map(filter -> selectWhere(table.id(), filter))
                        .or(() -> reshape.map(Reshape::statement))
                        .map(mapping::by)
                        .orElse(mapping))
                // Such indexes are not made there: see MappedTable.
                .withOtherUnique(deletion.isEmpty() && table.otherUnique());
    }

    /** The table that gets a row for every change. */
    private Optional<TableId> audit(Optional<MappingRule> rule) {
        return rule.map(MappingRule::audit)
                .or(() -> Optional.of(config.audit()))
                .filter(table -> !table.equals(MappingConfig.NO_AUDIT));
    }

    /** The column that marks the table's deleted rows. */
    private Optional<MappedColumn> deletion(Optional<MappingRule> rule) {
        return rule.map(MappingRule::softDelete)
                .or(() -> Optional.of(config.softDelete()))
                .filter(name -> !name.isEmpty())
                .map(MappedColumn::deletion);
    }

    private void checkDeletion(TableSchema table, String column, Set<Operation> operations) {
        String where = "source table " + table.id();
        if (table.key().isEmpty()) {
            findings.add(Finding.error(
                    where,
                    "it has no key, so its deleted rows cannot be marked in " + column
                            + ": nothing would tell them from equal ones that are there",
                    "Give it a primary key, or say soft-delete: none in a mapping rule for it"));
        }
        if (!operations.contains(Operation.DELETE)) {
            findings.add(Finding.error(
                    where,
                    "its deleted rows are to be marked in " + column + ", and its deletes are not replicated",
                    "Add delete to its operations, or say soft-delete: none in a mapping rule for it"));
        }
        boolean taken = table.mapping().columns().stream()
                .anyMatch(known -> known.name().equals(column));
        if (taken
                && columnRule(table.id())
                        .filter(rule -> rule.leaveOut().contains(column)
                                || rule.rename().containsKey(column))
                        .isEmpty()) {
            findings.add(Finding.error(
                    where,
                    "it has a column " + column + " itself, and deleted rows are to be marked in one of that name",
                    "Choose another name for soft-delete"));
        }
    }

    /** A filter is a statement that passes on all columns. */
    private static String selectWhere(TableId table, String condition) {
        return "SELECT * FROM `" + table.schema().replace("`", "``") + "`.`"
                + table.name().replace("`", "``") + "` WHERE " + condition;
    }

    private List<MappedColumn> columns(TableSchema table, MappingRule rule) {
        String where = "source table " + table.id();
        Set<String> known = table.columns().stream().map(Column::name).collect(Collectors.toSet());
        List<String> named = new ArrayList<>(rule.rename().keySet());
        named.addAll(rule.leaveOut());
        for (String name : named) {
            if (known.contains(name)) {
                columnsFound.add(rule.name() + name);
            } else if (rule.byName()) {
                columnsFound.add(rule.name() + name);
                columnsMissing++;
                findings.add(Finding.error(
                        where, "it has no column " + name, "Correct the name in " + rule.name() + "; case counts"));
            }
        }
        for (String name : table.key()) {
            if (rule.leaveOut().contains(name)) {
                findings.add(Finding.error(
                        where,
                        "its column " + name + " is left out, and is part of the key by which rows are told apart",
                        "Keep the column"));
            }
        }
        List<MappedColumn> columns = new ArrayList<>();
        Set<String> targets = new HashSet<>();
        for (Column column : table.columns()) {
            if (rule.leaveOut().contains(column.name())) {
                continue;
            }
            String name = rule.rename().getOrDefault(column.name(), column.name());
            addTarget(where, name, targets);
            if (!column.generated()) {
                columns.add(MappedColumn.of(column, name));
            }
        }
        rule.constant(table.id()).ifPresent(constant -> {
            addTarget(where, constant.column(), targets);
            if (!constant.fits()) {
                findings.add(Finding.error(
                        where,
                        "the constant of its column " + constant.column() + " is no " + constant.type(),
                        "Correct " + rule.name() + ", or make the column text"));
            }
            columns.add(MappedColumn.constant(constant.column(), constant.type(), constant.value()));
        });
        if (columns.isEmpty()) {
            findings.add(Finding.error(where, "all of its columns are left out", "Keep some, or exclude the table"));
        }
        return columns;
    }

    private void addTarget(String where, String name, Set<String> targets) {
        if (!targets.add(name)) {
            findings.add(
                    Finding.error(where, "two of its columns become " + name, "Give each column a name of its own"));
        }
        checkLength(where, name);
    }

    private void checkLength(String where, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_NAME_BYTES) {
            findings.add(Finding.error(
                    where,
                    "the new name " + name + " has " + bytes + " bytes, and a name has at most " + LONGEST_NAME_BYTES,
                    "Choose a shorter one"));
        }
    }

    /** A row of a table without key is found by all of its values, so those at the target have to be the source's. */
    private void checkOperations(TableSchema table, Set<Operation> operations) {
        boolean finds = operations.contains(Operation.UPDATE) || operations.contains(Operation.DELETE);
        boolean current = operations.contains(Operation.INSERT)
                && (operations.contains(Operation.UPDATE) || !operations.contains(Operation.DELETE));
        if (table.key().isEmpty() && finds && !current) {
            findings.add(Finding.error(
                    "source table " + table.id(),
                    "it has no key, and of its changes " + names(operations)
                            + " alone cannot be replicated: they name rows that the target would not have",
                    "Add insert and update, or leave out update and delete; or give the table a primary key"));
        }
    }

    private static String names(Set<Operation> operations) {
        return operations.stream().sorted().map(Operation::label).collect(Collectors.joining(", "));
    }

    private TableChange change(TableId id, Optional<TableSchema> table, boolean second) {
        TableId target = target(id);
        Optional<Reshape> reshape = Optional.ofNullable(reshapes.get(id)).filter(Reshape::namesColumns);
        Optional<MappingRule> rule = columnRule(id);
        Map<String, String> rename = new HashMap<>();
        Set<String> leftOut = new HashSet<>();
        for (SourceColumn column : objects.get(id).columns()) {
            String name = column.name();
            if (reshape.isPresent()) {
                Optional<String> passed = StatementColumns.nameOf(name, reshape.get());
                if (passed.isEmpty()) {
                    leftOut.add(name);
                } else if (!passed.get().equals(name)) {
                    rename.put(name, passed.get());
                }
                continue;
            }
            if (rule.filter(found -> found.leaveOut().contains(name)).isPresent()) {
                leftOut.add(name);
            }
            rule.map(found -> found.rename().get(name))
                    .filter(renamed -> !renamed.equals(name))
                    .ifPresent(renamed -> rename.put(name, renamed));
        }
        Optional<MappedColumn> constant = rule.flatMap(found -> found.constant(id))
                .map(found -> MappedColumn.constant(found.column(), found.type(), found.value()));
        boolean shared = table.map(found -> found.mapping().shared()).orElse(false);
        boolean inherits = objects.values().stream()
                .anyMatch(other -> other.inherits().contains(id)
                        || other.id().equals(id) && !other.inherits().isEmpty());
        List<MappedColumn> added = new ArrayList<>(StatementColumns.computed(reshape));
        deletion(rule).ifPresent(added::add);
        TableChange change = new TableChange(target, rename, leftOut, constant, added, shared, chosen(table), !second);
        if (inherits && !change.changesNoColumn()) {
            findings.add(Finding.error(
                    "source table " + id,
                    "it takes part in inheritance, where columns cannot be renamed, left out or added in one table alone",
                    "Keep its columns as they are"));
        }
        return change;
    }

    private TableId target(TableId table) {
        Reshape reshape = reshapes.get(table);
        return reshape != null
                ? reshape.target()
                : rule(table).map(rule -> rule.target(table)).orElse(table);
    }

    private static boolean chosen(Optional<TableSchema> table) {
        return table.filter(found -> found.mapping().statement() != null).isPresent();
    }

    private void checkNames(Map<TableId, TableChange> changes) {
        Map<TableId, TableId> taken = new HashMap<>();
        changes.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            TableId source = entry.getKey();
            TableId target = entry.getValue().target();
            String where = "source table " + source;
            checkLength(where, target.schema());
            checkLength(where, target.name());
            if (target.schema().startsWith("pg_")
                    || target.schema().equals("information_schema")
                    || target.schema().equals("walferry")) {
                findings.add(Finding.error(
                        where,
                        "it would arrive in the schema " + target.schema() + ", which is not for users",
                        "Choose another"));
            }
            TableId other = taken.putIfAbsent(target, source);
            if (other != null && !entry.getValue().shared() && entry.getValue().created()) {
                findings.add(Finding.error(
                        where,
                        "it and " + other + " would both be " + target + " at the target",
                        "Give each a name of its own"));
            }
        });
    }

    private void checkRules() {
        for (MappingRule rule : config.rules()) {
            if (objects.keySet().stream().noneMatch(rule::matches)) {
                findings.add(
                        Finding.error(
                                rule.name(),
                                "no table of the task matches",
                                "Correct it or take it out; names are case-sensitive, and the table has to be selected by objects"));
                continue;
            }
            List<String> named = new ArrayList<>(rule.rename().keySet());
            named.addAll(rule.leaveOut());
            for (String name : named) {
                if (!rule.byName() && !columnsFound.contains(rule.name() + name)) {
                    findings.add(Finding.error(
                            rule.name(),
                            "no table that it matches has a column " + name,
                            "Correct the name; case counts"));
                }
            }
        }
    }
}
