package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.model.Column;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Statements that create a table without its indexes: facts in, text out.
 *
 * <p>A partition is created as a table of its own and attached, so that it keeps its own order of columns and its own
 * defaults. A child of {@code INHERITS} declares only its own columns where that gives them the same order as at the source, so
 * that a column that its parent drops goes at the child too; where it does not, the child is attached as well.
 */
public final class TableDdl {

    private static final Map<Character, String> STORAGE =
            Map.of('p', "PLAIN", 'e', "EXTERNAL", 'm', "MAIN", 'x', "EXTENDED");

    private final Map<TableId, Table> tables;
    private final List<Sequence> sequences;

    /**
     * @param tables all that are created
     * @param sequences all that are created
     */
    public TableDdl(Map<TableId, Table> tables, List<Sequence> sequences) {
        this.tables = Map.copyOf(tables);
        this.sequences = List.copyOf(sequences);
    }

    /** The statements, to be run in one transaction. */
    List<String> create(Table table) {
        boolean inherits = !table.inherits().isEmpty() && declaresOnlyItsOwn(table);
        List<String> lines = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            if (!inherits || column.local()) {
                lines.add(definition(table, column));
            }
        }
        for (Check check : table.checks()) {
            if (check.validated() && check.enforced() && (!inherits || check.local())) {
                lines.add("CONSTRAINT " + quoted(check.name()) + " " + check.definition());
            }
        }
        StringBuilder create = new StringBuilder(table.unlogged() ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ")
                .append(quoted(table.id()))
                .append(" (\n  ")
                .append(String.join(",\n  ", lines))
                .append(lines.isEmpty() ? ")" : "\n)");
        if (inherits) {
            create.append(" INHERITS (").append(quotedAll(table.inherits())).append(")");
        }
        table.partitionKey().ifPresent(key -> create.append(" PARTITION BY ").append(key));
        if (!table.options().isEmpty()) {
            create.append(" WITH (").append(String.join(", ", table.options())).append(")");
        }
        List<String> statements = new ArrayList<>();
        statements.add(create.toString());
        if (inherits) {
            statements.addAll(overrides(table));
        } else {
            table.inherits()
                    .forEach(parent ->
                            statements.add("ALTER TABLE " + quoted(table.id()) + " INHERIT " + quoted(parent)));
        }
        table.type().ifPresent(type -> statements.add("ALTER TABLE " + quoted(table.id()) + " OF " + type));
        for (SourceColumn column : table.columns()) {
            statements.addAll(alterations("TABLE ONLY", table.id(), column));
        }
        attach(table).ifPresent(statements::add);
        for (Sequence sequence : sequences) {
            if (!sequence.identity() && sequence.ownerTable().equals(Optional.of(table.id()))) {
                statements.add("ALTER SEQUENCE " + quoted(sequence.id()) + " OWNED BY " + quoted(table.id()) + "."
                        + quoted(sequence.ownerColumn().orElseThrow()));
            }
        }
        return statements;
    }

    /** Makes a partition of the table; empty if it is none. */
    public static Optional<String> attach(Table table) {
        return table.partitionOf()
                .map(parent -> "ALTER TABLE " + quoted(parent) + " ATTACH PARTITION " + quoted(table.id()) + " "
                        + table.bound().orElse("DEFAULT"));
    }

    /** What {@code ADD COLUMN} takes. */
    public String definition(Table table, SourceColumn column) {
        StringBuilder sql = new StringBuilder(quoted(column.name()))
                .append(' ')
                .append(column.column().type());
        column.collation().ifPresent(name -> sql.append(" COLLATE ").append(name));
        if (column.generated() != ' ') {
            sql.append(" GENERATED ALWAYS AS (")
                    .append(column.expression().orElseThrow())
                    .append(column.generated() == 'v' ? ") VIRTUAL" : ") STORED");
        } else {
            column.expression().ifPresent(expression -> sql.append(" DEFAULT ").append(expression));
        }
        if (column.column().notNull()) {
            sql.append(" NOT NULL");
        }
        // A partition has its root's identity: from 17 on it gets it when it is attached, before that it has none.
        if (column.column().identity() != Column.Identity.NONE
                && table.partitionOf().isEmpty()) {
            sql.append(
                    column.column().identity() == Column.Identity.ALWAYS
                            ? " GENERATED ALWAYS AS IDENTITY"
                            : " GENERATED BY DEFAULT AS IDENTITY");
            identitySequence(table.id(), column.name()).ifPresent(sequence -> sql.append(" (SEQUENCE NAME ")
                    .append(quoted(sequence.id()))
                    .append(' ')
                    .append(ObjectDdl.options(sequence))
                    .append(')'));
        }
        return sql.toString();
    }

    /** The sequence of an identity column. */
    public Optional<Sequence> identitySequence(TableId table, String column) {
        return sequences.stream()
                .filter(sequence -> sequence.identity()
                        && sequence.ownerTable().equals(Optional.of(table))
                        && sequence.ownerColumn().equals(Optional.of(column)))
                .findFirst();
    }

    /** Whether {@code INHERITS} with the columns that are declared locally gives the source's columns in their order. */
    private boolean declaresOnlyItsOwn(Table table) {
        Set<String> order = new LinkedHashSet<>();
        for (TableId parent : table.inherits()) {
            for (SourceColumn column : parentColumns(parent)) {
                if (!order.add(column.name()) && column.expression().isPresent()) {
                    // Two parents with defaults: PostgreSQL wants the child to choose.
                    return false;
                }
            }
        }
        table.columns().stream()
                .filter(SourceColumn::local)
                .map(SourceColumn::name)
                .forEach(order::add);
        return List.copyOf(order)
                .equals(table.columns().stream().map(SourceColumn::name).toList());
    }

    private List<SourceColumn> parentColumns(TableId parent) {
        Table table = tables.get(parent);
        return table == null ? List.of() : table.columns();
    }

    /** What an inherited column has that its parent's has not. */
    private List<String> overrides(Table table) {
        List<String> statements = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            if (column.local() || column.generated() != ' ') {
                continue;
            }
            Optional<SourceColumn> inherited = table.inherits().stream()
                    .flatMap(parent -> parentColumns(parent).stream())
                    .filter(candidate -> candidate.name().equals(column.name()))
                    .findFirst();
            if (!Objects.equals(column.expression(), inherited.flatMap(SourceColumn::expression))) {
                statements.add(alter(
                        "TABLE ONLY",
                        table.id(),
                        column,
                        column.expression().map(sql -> "SET DEFAULT " + sql).orElse("DROP DEFAULT")));
            }
            if (column.column().notNull()
                    && inherited.filter(parent -> parent.column().notNull()).isEmpty()) {
                statements.add(alter("TABLE ONLY", table.id(), column, "SET NOT NULL"));
            }
        }
        return statements;
    }

    /** @param relation what is altered, in SQL */
    public static List<String> alterations(String relation, TableId table, SourceColumn column) {
        List<String> statements = new ArrayList<>();
        if (column.storage() != ' ') {
            statements.add(alter(relation, table, column, "SET STORAGE " + STORAGE.get(column.storage())));
        }
        if (column.compression() != ' ') {
            statements.add(alter(
                    relation, table, column, "SET COMPRESSION " + (column.compression() == 'l' ? "lz4" : "pglz")));
        }
        column.statisticsTarget()
                .ifPresent(target -> statements.add(alter(relation, table, column, "SET STATISTICS " + target)));
        column.options().ifPresent(options -> statements.add(alter(relation, table, column, "SET (" + options + ")")));
        return statements;
    }

    private static String alter(String relation, TableId table, SourceColumn column, String action) {
        return "ALTER " + relation + " " + quoted(table) + " ALTER COLUMN " + quoted(column.name()) + " " + action;
    }

    private static String quotedAll(List<TableId> ids) {
        return String.join(", ", ids.stream().map(id -> quoted(id)).toList());
    }
}
