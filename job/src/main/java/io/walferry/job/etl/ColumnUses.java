package io.walferry.job.etl;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.util.SqlBasicVisitor;

/** Which columns of the source an expression uses; refuses what cannot be worked out from a single row. */
final class ColumnUses {

    private static final Set<String> OF_MANY_ROWS = Set.of(
            "COUNT",
            "SUM",
            "AVG",
            "MIN",
            "MAX",
            "LISTAGG",
            "COLLECT",
            "FIRST_VALUE",
            "LAST_VALUE",
            "STDDEV",
            "STDDEV_POP",
            "STDDEV_SAMP",
            "VARIANCE",
            "VAR_POP",
            "VAR_SAMP",
            "ROW_NUMBER",
            "RANK",
            "DENSE_RANK",
            "PERCENT_RANK",
            "CUME_DIST",
            "NTILE",
            "LAG",
            "LEAD",
            "JSON_OBJECTAGG",
            "JSON_ARRAYAGG",
            "ARRAY_AGG",
            "APPROX_COUNT_DISTINCT");

    private static final Set<String> NEVER_THE_SAME = Set.of(
            "RAND",
            "RAND_INTEGER",
            "UUID",
            "NOW",
            "CURRENT_TIMESTAMP",
            "CURRENT_TIME",
            "CURRENT_DATE",
            "LOCALTIME",
            "LOCALTIMESTAMP",
            "CURRENT_ROW_TIMESTAMP",
            "UNIX_TIMESTAMP",
            "PROCTIME",
            "CURRENT_WATERMARK");

    private final String where;
    private final String alias;
    private final Set<String> columns;
    private final boolean lookups;

    /** What an expression uses. */
    record Uses(Set<String> columns, boolean repeatable) {}

    /** @param lookups whether a name that is not the source's may be that of a look-up */
    ColumnUses(String where, String alias, Set<String> columns, boolean lookups) {
        this.where = where;
        this.alias = alias;
        this.columns = columns;
        this.lookups = lookups;
    }

    /** @param part of the statement, for people */
    Uses of(SqlNode expression, String part) {
        Collector collector = new Collector(part);
        expression.accept(collector);
        return new Uses(collector.found, collector.repeatable);
    }

    /** The source's column that the expression is. */
    Optional<String> column(SqlNode expression) {
        return expression instanceof SqlIdentifier name ? column(name) : Optional.empty();
    }

    private Optional<String> column(SqlIdentifier name) {
        if (name.names.size() == 2 && name.names.get(0).equals(alias)) {
            return Optional.of(name.names.get(1)).filter(columns::contains);
        }
        return name.isSimple() ? Optional.of(name.getSimple()).filter(columns::contains) : Optional.empty();
    }

    private Optional<Metadata> metadata(SqlIdentifier name) {
        boolean own =
                name.isSimple() || name.names.size() == 2 && name.names.get(0).equals(alias);
        return own ? Metadata.of(name.names.get(name.names.size() - 1)) : Optional.empty();
    }

    private final class Collector extends SqlBasicVisitor<Void> {

        private final String part;
        private final Set<String> found = new HashSet<>();
        private boolean repeatable = true;

        Collector(String part) {
            this.part = part;
        }

        @Override
        public Void visit(SqlIdentifier name) {
            Optional<String> column = column(name);
            if (column.isPresent()) {
                found.add(column.get());
            } else if (metadata(name).isPresent()) {
                found.add(metadata(name).get().column());
                repeatable &= metadata(name).get().steady();
            } else if (SqlText.isTime(name)) {
                repeatable = false;
            } else if (!lookups || name.names.get(0).equals(alias)) {
                throw StatementReader.refused(
                        where,
                        part + " names " + String.join(".", name.names) + ", which is no column of the table",
                        nearest(name.names.get(name.names.size() - 1))
                                .map(near -> "Did you mean " + near + "?")
                                .orElse("Correct the name; case counts, and a text stands in 'single quotes'"));
            }
            return null;
        }

        @Override
        public Void visit(SqlDynamicParam parameter) {
            throw StatementReader.refused(where, part + " has a ?", "Write the value");
        }

        @Override
        public Void visit(SqlCall call) {
            String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
            String what = null;
            if (call.getKind() == SqlKind.SELECT || call.getKind().belongsTo(SqlKind.QUERY)) {
                what = part + " has a query of its own, which needs the rows of another table";
            } else if (call.getKind() == SqlKind.OVER) {
                what = part + " has OVER, which needs neighbouring rows";
            } else if (call.getOperator().isAggregator() || OF_MANY_ROWS.contains(name)) {
                what = part + " has " + name + ", which needs many rows";
            }
            if (what != null) {
                throw StatementReader.refused(
                        where,
                        what + "; rows go through one by one",
                        "Leave it out, or make a view of it at the target");
            }
            repeatable &= !NEVER_THE_SAME.contains(name);
            return super.visit(call);
        }
    }

    private Optional<String> nearest(String name) {
        return columns.stream().filter(column -> column.equalsIgnoreCase(name)).min(Comparator.naturalOrder());
    }
}
