package io.walferry.job.etl;

import io.walferry.job.model.Column;
import io.walferry.job.model.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.dialect.PostgresqlSqlDialect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlShuttle;

/**
 * A statement that passes columns on and leaves rows out by a condition that PostgreSQL judges alike: integers, booleans and texts
 * of its own columns, compared with literals, texts for equality alone, joined by AND, OR and NOT. Both know three truth values
 * and leave a row out unless the condition is true. All else, a character that the two might write otherwise too, is not plain.
 */
public final class PlainFilter {

    private static final Set<String> INTEGERS = Set.of("int2", "int4", "int8");
    private static final Set<String> TEXTS = Set.of("text", "varchar");
    private static final String BOOLEAN = "bool";
    private static final Set<SqlKind> EQUALITY = Set.of(SqlKind.EQUALS, SqlKind.NOT_EQUALS);
    private static final Set<SqlKind> ORDER =
            Set.of(SqlKind.LESS_THAN, SqlKind.LESS_THAN_OR_EQUAL, SqlKind.GREATER_THAN, SqlKind.GREATER_THAN_OR_EQUAL);
    private static final Pattern BUILT_IN = Pattern.compile("pg_catalog\\.\"?(\\w+)\"?.*");
    private static final Pattern SAME_EVERYWHERE = Pattern.compile("[\\x20-\\x7e&&[^\\\\]]*");
    private static final int INTEGER_DIGITS = 18;

    private final String alias;
    private final Map<String, String> types = new HashMap<>();

    private PlainFilter(String alias, List<Column> columns) {
        this.alias = alias;
        for (Column column : columns) {
            var type = BUILT_IN.matcher(column.type());
            if (type.matches() && !column.looseEquality()) {
                types.put(column.name(), type.group(1));
            }
        }
    }

    /** The condition in PostgreSQL's SQL, over the table with the alias {@code t}; empty if the table's statement is not plain. */
    public static Optional<String> of(TableSchema table) {
        RowStatement statement = LaneTable.of(table).statement();
        boolean passes =
                statement.outputs().stream().allMatch(output -> output.passed().isPresent());
        if (!passes || !statement.lookups().isEmpty() || statement.condition().isEmpty()) {
            return Optional.empty();
        }
        SqlNode condition =
                SqlText.parseCondition(statement.condition().get(), "statement for source table " + table.id());
        PlainFilter filter = new PlainFilter(statement.alias(), table.storedColumns());
        return filter.plain(condition) ? Optional.of(filter.text(condition)) : Optional.empty();
    }

    private String text(SqlNode condition) {
        SqlNode ofTable = condition.accept(new SqlShuttle() {
            @Override
            public SqlNode visit(SqlIdentifier name) {
                return new SqlIdentifier(List.of("t", column(name).orElseThrow()), SqlParserPos.ZERO);
            }
        });
        return ofTable.toSqlString(PostgresqlSqlDialect.DEFAULT).getSql().replace('\n', ' ');
    }

    private boolean plain(SqlNode condition) {
        if (condition instanceof SqlIdentifier) {
            return type(condition).filter(BOOLEAN::equals).isPresent();
        }
        if (!(condition instanceof SqlCall call)) {
            return false;
        }
        SqlKind kind = call.getKind();
        return switch (kind) {
            case AND, OR, NOT -> call.getOperandList().stream().allMatch(this::plain);
            case IS_NULL, IS_NOT_NULL -> type(call.operand(0))
                    .filter(type -> INTEGERS.contains(type) || TEXTS.contains(type) || BOOLEAN.equals(type))
                    .isPresent();
            case IN, NOT_IN -> call.operand(1) instanceof SqlNodeList list
                    && list.stream().allMatch(value -> comparable(call.operand(0), value, SqlKind.EQUALS));
            default -> (EQUALITY.contains(kind) || ORDER.contains(kind))
                    && (comparable(call.operand(0), call.operand(1), kind)
                            || comparable(call.operand(1), call.operand(0), kind));
        };
    }

    private boolean comparable(SqlNode column, SqlNode value, SqlKind comparison) {
        String type = type(column).orElse("");
        if (INTEGERS.contains(type)) {
            return type(value).filter(INTEGERS::contains).isPresent() || integer(value);
        }
        return TEXTS.contains(type) && EQUALITY.contains(comparison) && simpleText(value);
    }

    private static boolean integer(SqlNode value) {
        return value instanceof SqlNumericLiteral number
                && number.isInteger()
                && number.toValue().length() <= INTEGER_DIGITS;
    }

    private static boolean simpleText(SqlNode value) {
        return value instanceof SqlLiteral literal
                && SqlLiteral.valueMatchesType(literal.getValue(), SqlTypeName.CHAR)
                && literal.getValue() != null
                && SAME_EVERYWHERE.matcher(literal.getValueAs(String.class)).matches();
    }

    private Optional<String> type(SqlNode node) {
        return node instanceof SqlIdentifier name ? column(name).map(types::get) : Optional.empty();
    }

    private Optional<String> column(SqlIdentifier name) {
        if (name.isSimple()) {
            return Optional.of(name.getSimple());
        }
        return name.names.size() == 2 && name.names.get(0).equals(alias)
                ? Optional.of(name.names.get(1))
                : Optional.empty();
    }
}
