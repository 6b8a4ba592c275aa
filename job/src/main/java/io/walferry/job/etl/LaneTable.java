package io.walferry.job.etl;

import io.walferry.job.etl.RowStatement.Output;
import io.walferry.job.model.Column;
import io.walferry.job.model.Lane;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A table whose rows a statement makes: what of it travels to the statement, and what comes out. */
public final class LaneTable {

    private final TableSchema table;
    private final RowStatement statement;
    private final Set<String> deciding = new HashSet<>();
    private final Set<String> computing = new HashSet<>();
    private final Set<Metadata> metadata = EnumSet.noneOf(Metadata.class);
    /** What travels: source columns in their order, then the constant, then, as NULL, what marks deleted rows. */
    private final List<MappedColumn> travelling = new ArrayList<>();

    private LaneTable(TableSchema table) {
        this.table = table;
        this.statement = StatementReader.read(
                table.mapping().statement(), "statement for source table " + table.id(), columnNames(table));
        deciding.addAll(statement.deciding());
        computing.addAll(deciding);
        statement.outputs().stream()
                .filter(output -> output.passed().isEmpty())
                .forEach(output -> computing.addAll(output.columns()));
        Set<String> columns = columnNames(table);
        for (String name : computing) {
            if (!columns.contains(name)) {
                metadata.add(Metadata.of(name).orElseThrow());
            }
        }
        deciding.retainAll(columns);
        computing.retainAll(columns);
        Set<String> wanted = new HashSet<>(computing);
        wanted.addAll(table.key());
        table.mapping().columns().stream()
                .map(MappedColumn::source)
                .filter(source -> source != null)
                .forEach(wanted::add);
        for (Column column : table.storedColumns()) {
            if (wanted.contains(column.name())) {
                travelling.add(MappedColumn.of(column, column.name()));
            }
        }
        table.mapping().columns().stream().filter(MappedColumn::isConstant).forEach(travelling::add);
        table.mapping().deletionColumn().ifPresent(travelling::add);
    }

    /**
     * @param table as it arrives, with its statement
     * @throws io.walferry.job.failure.SyncException if the statement cannot be done row by row
     */
    public static LaneTable of(TableSchema table) {
        return new LaneTable(table);
    }

    static Set<String> columnNames(TableSchema table) {
        return table.storedColumns().stream().map(Column::name).collect(Collectors.toSet());
    }

    RowStatement statement() {
        return statement;
    }

    TableSchema table() {
        return table;
    }

    /** The table with the columns that travel, for the source. */
    public TableSchema travelling() {
        return table.withMapping(table.mapping().withColumns(travelling));
    }

    /**
     * @param number of the lane, from 1
     * @param skips see {@link LanePlan#skips}
     */
    public Lane lane(int number, boolean skips) {
        // A row may be missing for having failed before, so each change of it has to bring all of it.
        return new Lane(
                number,
                statement.steady() && !skips,
                !namesColumns(),
                metadata.stream().anyMatch(Metadata::stamped)
                        || table.mapping().deletionColumn().isPresent()
                        || table.mapping().audit() != null,
                deciding,
                computing);
    }

    /** The target's columns that the statement names, in its order; empty if it names none. */
    public List<MappedColumn> columns(List<SqlLanes.ComputedColumn> computed) {
        List<MappedColumn> columns = new ArrayList<>();
        for (Output output : statement.outputs()) {
            if (output.passed().isPresent()) {
                Column source = table.storedColumns().stream()
                        .filter(column -> column.name().equals(output.passed().get()))
                        .findFirst()
                        .orElseThrow();
                columns.add(MappedColumn.of(source, output.name()));
            } else {
                columns.add(computed.stream()
                        .filter(column -> column.name().equals(output.name()))
                        .map(column -> MappedColumn.computed(column.name(), column.type()))
                        .findFirst()
                        .orElseThrow());
            }
        }
        return columns;
    }

    /** Whether the statement names the columns of the target; else all arrive. */
    public boolean namesColumns() {
        return !statement.outputs().isEmpty();
    }

    /** Columns of the source whose values the statement computes with, names or tells rows apart by. */
    public Set<String> needed() {
        Set<String> needed = new HashSet<>(computing);
        if (namesColumns()) {
            needed.addAll(table.key());
            statement.outputs().forEach(output -> output.passed().ifPresent(needed::add));
        }
        return needed;
    }

    /** Whether the same row always gives the same result. */
    public boolean repeatable() {
        return statement.repeatable();
    }

    /** Columns of the target that the same row gives another value each time. */
    public Set<String> varying() {
        return statement.outputs().stream()
                .filter(output -> !output.repeatable())
                .map(Output::name)
                .collect(Collectors.toSet());
    }

    /** Whether values of other tables are part of its rows, or decide whether they arrive. */
    public boolean looksUp() {
        return !statement.lookups().isEmpty();
    }

    /** Names of the columns that go into the statement, in order. */
    List<String> fed() {
        return travelling.stream()
                .map(MappedColumn::source)
                .filter(computing::contains)
                .toList();
    }

    /** Types of {@link #fed()}. */
    List<ColumnType> fedTypes() {
        Map<String, String> types = new HashMap<>();
        table.storedColumns().forEach(column -> types.put(column.name(), column.type()));
        return fed().stream().map(name -> ColumnType.of(types.get(name))).toList();
    }

    /** What the statement names beside columns, in a fixed order. */
    List<Metadata> metadata() {
        return List.copyOf(metadata);
    }

    /** What has to be computed, in the order of the statement. */
    List<Output> computed() {
        return statement.outputs().stream()
                .filter(output -> output.passed().isEmpty())
                .toList();
    }

    /**
     * @param target as the writers know it
     * @param results of {@link #computed()}
     * @param task the task's name
     * @param skips see {@link LanePlan#skips}
     */
    LanePlan plan(StreamTable target, List<ResultType> results, String task, boolean skips) {
        TableMapping mapping = table.mapping();
        List<String> sources = travelling.stream().map(MappedColumn::source).toList();
        List<String> computed = computed().stream().map(Output::name).toList();
        int[] outputs = new int[mapping.columns().size()];
        boolean unchanged = outputs.length == travelling.size();
        for (int i = 0; i < outputs.length; i++) {
            MappedColumn column = mapping.columns().get(i);
            if (column.deletion()) {
                outputs[i] = LanePlan.DELETION;
            } else if (column.isComputed()) {
                outputs[i] = -1 - computed.indexOf(column.name());
            } else {
                outputs[i] = column.isConstant() ? travelling.indexOf(column) : sources.indexOf(column.source());
            }
            unchanged &= outputs[i] == i;
        }
        boolean[] key = new boolean[outputs.length];
        target.key().forEach(index -> key[index] = true);
        return new LanePlan(
                table.id(),
                travelling.stream()
                        .map(column -> column.source() == null ? column.name() : column.source())
                        .toList(),
                fed().stream().mapToInt(sources::indexOf).toArray(),
                fedTypes(),
                fed(),
                metadata(),
                task,
                outputs,
                results,
                computed,
                key,
                target,
                mapping.audit(),
                target.keyless(),
                unchanged,
                // Without a key nothing tells which letter a later change makes void.
                skips && !target.keyless());
    }
}
