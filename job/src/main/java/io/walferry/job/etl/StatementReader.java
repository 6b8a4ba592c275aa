package io.walferry.job.etl;

import io.walferry.job.etl.RowStatement.Lookup;
import io.walferry.job.etl.RowStatement.Output;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSnapshot;

/** Reads a statement over one source table, and refuses what cannot be done row by row. */
final class StatementReader {

    private static final String ROW_BY_ROW = "; rows go through one by one";

    private final String where;
    private final Set<String> columns;

    /** @param columns of the source table */
    private StatementReader(String where, Set<String> columns) {
        this.where = where;
        this.columns = columns;
    }

    /**
     * @param sql {@code SELECT … FROM source [joins] [WHERE …]}
     * @param where for people
     * @param columns names of the source table's columns that rows can bring
     * @throws SyncException if it is no such statement
     */
    static RowStatement read(String sql, String where, Set<String> columns) {
        return new StatementReader(where, columns).statement(SqlText.parseQuery(sql, where));
    }

    /**
     * The source table that a query reads.
     *
     * @throws SyncException if it is no query over one table
     */
    static TableId source(SqlNode query, String where) {
        return new StatementReader(where, Set.of())
                .leftmost(select(query, where).getFrom())
                .table();
    }

    private static SqlSelect select(SqlNode query, String where) {
        if (query instanceof SqlSelect select) {
            return select;
        }
        String what = query instanceof SqlOrderBy
                ? "ORDER BY and LIMIT need all rows at once"
                : switch (query.getKind()) {
                    case UNION, INTERSECT, EXCEPT -> query.getKind() + " needs the rows of several queries";
                    case WITH -> "WITH is not supported";
                    case VALUES -> "VALUES has no source table";
                    default -> "it is no SELECT";
                };
        throw refused(where, what + ROW_BY_ROW, "Write SELECT … FROM a source table [WHERE …]");
    }

    private RowStatement statement(SqlNode query) {
        SqlSelect select = select(query, where);
        refuse(select.isDistinct(), "DISTINCT compares a row with all others");
        refuse(select.getGroup() != null, "GROUP BY needs all rows of a group");
        refuse(select.getHaving() != null, "HAVING needs all rows of a group");
        refuse(select.getWindowList() != null && !select.getWindowList().isEmpty(), "WINDOW needs neighbouring rows");
        refuse(
                select.getOrderList() != null || select.getFetch() != null || select.getOffset() != null,
                "ORDER BY and LIMIT need all rows at once");
        From from = leftmost(select.getFrom());
        ColumnUses uses =
                new ColumnUses(where, from.alias(), columns, from.lookups().size() > 0);
        Set<String> deciding = new HashSet<>();
        List<Lookup> lookups = new ArrayList<>();
        for (LookupNode lookup : from.lookups()) {
            deciding.addAll(uses.of(lookup.on(), "the condition of the look-up " + lookup.alias())
                    .columns());
            lookups.add(lookup(lookup));
        }
        Optional<String> condition = Optional.empty();
        if (select.getWhere() != null) {
            ColumnUses.Uses used = uses.of(select.getWhere(), "the condition");
            if (!used.repeatable()) {
                throw refused(
                        where,
                        "its condition gives another answer each time, so a row would come and go",
                        "Compare with a literal or with the row's own columns");
            }
            deciding.addAll(used.columns());
            condition = Optional.of(SqlText.of(select.getWhere()));
        }
        return new RowStatement(from.table(), from.alias(), outputs(select, uses), condition, deciding, lookups);
    }

    private List<Output> outputs(SqlSelect select, ColumnUses uses) {
        List<Output> outputs = new ArrayList<>();
        for (SqlNode item : select.getSelectList()) {
            if (item instanceof SqlIdentifier star && star.isStar()) {
                if (select.getSelectList().size() > 1) {
                    throw refused(where, "* stands beside other columns", "Write * alone, or name every column");
                }
                return List.of();
            }
            Output output = output(item, uses);
            boolean again = output.passed().isPresent()
                    && outputs.stream().anyMatch(other -> other.passed().equals(output.passed()));
            outputs.add(again ? output.asComputed() : output);
        }
        Set<String> names = new HashSet<>();
        for (Output output : outputs) {
            if (!names.add(output.name())) {
                throw refused(where, "two of its columns are called " + output.name(), "Give each a name of its own");
            }
        }
        return outputs;
    }

    private Output output(SqlNode item, ColumnUses uses) {
        SqlNode expression = item;
        String name = null;
        if (item.getKind() == SqlKind.AS) {
            expression = ((SqlBasicCall) item).operand(0);
            name = ((SqlIdentifier) ((SqlBasicCall) item).operand(1)).getSimple();
        } else if (item instanceof SqlIdentifier identifier) {
            name = identifier.names.get(identifier.names.size() - 1);
        }
        if (name == null) {
            throw refused(
                    where,
                    "the expression " + SqlText.of(item) + " has no name",
                    "Write " + SqlText.of(item) + " AS name");
        }
        Optional<String> passed = uses.column(expression);
        ColumnUses.Uses used = uses.of(expression, "column " + name);
        return new Output(name, passed, SqlText.of(expression), used.columns(), used.repeatable());
    }

    private record From(TableId table, String alias, List<LookupNode> lookups) {}

    private record LookupNode(String table, String alias, SqlNode on, boolean outer) {}

    private From leftmost(SqlNode from) {
        List<LookupNode> lookups = new ArrayList<>();
        SqlNode node = from;
        while (node instanceof SqlJoin join) {
            lookups.add(0, lookupNode(join));
            node = join.getLeft();
        }
        if (node == null) {
            throw refused(where, "it has no FROM", "Name the source table");
        }
        String alias = null;
        if (node.getKind() == SqlKind.AS) {
            alias = ((SqlIdentifier) ((SqlBasicCall) node).operand(1)).getSimple();
            node = ((SqlBasicCall) node).operand(0);
        }
        SqlIdentifier name = SqlText.tableName(node)
                .orElseThrow(() -> refused(
                        where, "FROM has something else than a table" + ROW_BY_ROW, "Name the source table there"));
        if (name.names.size() != 2) {
            throw refused(
                    where,
                    "FROM names the table " + String.join(".", name.names) + ", not schema and table",
                    "Write it as schema.table");
        }
        TableId table = new TableId(name.names.get(0), name.names.get(1));
        return new From(table, alias == null ? table.name() : alias, lookups);
    }

    private LookupNode lookupNode(SqlJoin join) {
        SqlNode right = join.getRight();
        String alias = null;
        if (right.getKind() == SqlKind.AS) {
            alias = ((SqlIdentifier) ((SqlBasicCall) right).operand(1)).getSimple();
            right = ((SqlBasicCall) right).operand(0);
        }
        if (!(right instanceof SqlSnapshot snapshot)) {
            throw refused(
                    where,
                    "a join with a table that changes needs all rows of both",
                    "Look it up: JOIN table FOR SYSTEM_TIME AS OF PROC_TIME() AS t ON t.key = …");
        }
        SqlIdentifier name = SqlText.tableName(snapshot.getTableRef())
                .orElseThrow(() -> refused(where, "a look-up has something else than a table", "Name the table"));
        boolean inner = join.getJoinType() == JoinType.INNER;
        if (!inner && join.getJoinType() != JoinType.LEFT || join.getConditionType() != JoinConditionType.ON) {
            throw refused(where, "a look-up is neither JOIN … ON nor LEFT JOIN … ON", "Write it as one of them");
        }
        return new LookupNode(
                SqlText.of(name),
                alias == null ? name.names.get(name.names.size() - 1) : alias,
                join.getCondition(),
                !inner);
    }

    private Lookup lookup(LookupNode node) {
        Optional<String> compared = comparedColumn(node.on(), node.alias());
        if (compared.isEmpty()) {
            throw refused(
                    where,
                    "the look-up " + node.alias() + " compares no column of its own for equality",
                    "Write ON " + node.alias() + ".key = …, with the alias before the column");
        }
        return new Lookup(
                node.table(), node.alias(), SqlText.of(node.on()), node.outer() ? Optional.empty() : compared);
    }

    /** A column of the look-up that an equality has, which therefore is not NULL in a row that was found. */
    private static Optional<String> comparedColumn(SqlNode on, String alias) {
        if (!(on instanceof SqlBasicCall call)) {
            return Optional.empty();
        }
        if (call.getKind() == SqlKind.AND) {
            return comparedColumn(call.operand(0), alias).or(() -> comparedColumn(call.operand(1), alias));
        }
        if (call.getKind() == SqlKind.EQUALS) {
            for (SqlNode side : call.getOperandList()) {
                if (side instanceof SqlIdentifier name
                        && name.names.size() == 2
                        && name.names.get(0).equals(alias)) {
                    return Optional.of(SqlText.of(side));
                }
            }
        }
        return Optional.empty();
    }

    private void refuse(boolean found, String what) {
        if (found) {
            throw refused(where, what + ROW_BY_ROW, "Leave it out, or make a view of it at the target");
        }
    }

    static SyncException refused(String where, String what, String fix) {
        return new SyncException(FailureKind.NEEDS_OPERATOR, where, what, fix);
    }
}
