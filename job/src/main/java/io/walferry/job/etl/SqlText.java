package io.walferry.job.etl;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.config.Lex;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDialect;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.dialect.AnsiSqlDialect;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.flink.sql.parser.impl.FlinkSqlParserImpl;
import org.apache.flink.sql.parser.validate.FlinkSqlConformance;

/** Flink SQL as text and as tree. */
final class SqlText {

    private static final SqlParser.Config GRAMMAR = SqlParser.config()
            .withParserFactory(FlinkSqlParserImpl.FACTORY)
            .withConformance(FlinkSqlConformance.DEFAULT)
            .withLex(Lex.JAVA)
            .withUnquotedCasing(Casing.UNCHANGED)
            .withIdentifierMaxLength(256);

    private static final SqlDialect DIALECT =
            new AnsiSqlDialect(AnsiSqlDialect.DEFAULT_CONTEXT.withIdentifierQuoteString("`"));

    private static final Set<String> TIMES =
            Set.of("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "LOCALTIMESTAMP");

    private SqlText() {}

    static SqlNode parseQuery(String sql, String where) {
        try {
            return SqlParser.create(sql, GRAMMAR).parseQuery();
        } catch (SqlParseException e) {
            throw wrong(where, e);
        }
    }

    static SqlNode parseCondition(String sql, String where) {
        try {
            return SqlParser.create(sql, GRAMMAR).parseExpression();
        } catch (SqlParseException e) {
            throw wrong(where, e);
        }
    }

    static SqlNodeList parseStatements(String sql, String where) {
        try {
            return SqlParser.create(sql, GRAMMAR).parseStmtList();
        } catch (SqlParseException e) {
            throw wrong(where, e);
        }
    }

    private static RuntimeException wrong(String where, SqlParseException e) {
        String message = e.getMessage() == null ? "it is no SQL" : e.getMessage();
        int expecting = message.indexOf("Was expecting");
        return StatementReader.refused(
                where,
                (expecting < 0 ? message : message.substring(0, expecting))
                        .strip()
                        .replaceAll("\\s*\\n\\s*", " "),
                "Correct it; it is Flink SQL, where a name that is a keyword stands in `back quotes`");
    }

    /** The node's SQL, every name quoted. */
    static String of(SqlNode node) {
        String sql = node.toSqlString(config -> config.withDialect(DIALECT)
                        .withAlwaysUseParentheses(false)
                        .withSelectListItemsOnSeparateLines(false)
                        .withUpdateSetListNewline(false)
                        .withIndentation(0)
                        .withLineFolding(org.apache.calcite.sql.SqlWriterConfig.LineFolding.WIDE))
                .getSql()
                .replace('\n', ' ');
        for (String name : TIMES) {
            // A function without parentheses looks like a column to the parser.
            sql = sql.replace(quoted(name), name);
        }
        return sql;
    }

    /** Whether the name is that of a function that is written without parentheses. */
    static boolean isTime(SqlIdentifier name) {
        return name.isSimple()
                && !name.isComponentQuoted(0)
                && TIMES.contains(name.getSimple().toUpperCase(Locale.ROOT));
    }

    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** A table's name in FROM; empty if something else is there. */
    static Optional<SqlIdentifier> tableName(SqlNode node) {
        if (node instanceof SqlIdentifier name) {
            return Optional.of(name);
        }
        // The parser wraps names for hints, which are empty here.
        if (node instanceof SqlCall call
                && call.getOperator().getName().equals("TABLE_REF")
                && call.operand(0) instanceof SqlIdentifier name) {
            return Optional.of(name);
        }
        return Optional.empty();
    }
}
