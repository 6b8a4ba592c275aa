package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.TableId;
import io.walferry.job.schema.SqlTokens.Kind;
import io.walferry.job.schema.SqlTokens.Token;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts new names into a text of the server about one table: a default, a check, an index. Columns stand in it without their
 * table, relations with their schema, both as the server quotes them.
 *
 * @param table the table at the source
 * @param rename new names of its columns
 * @param leftOut its columns that are gone
 * @param relations new names of tables and sequences
 */
record ExpressionRewrite(
        TableId table, Map<String, String> rename, Set<String> leftOut, Map<TableId, TableId> relations) {

    /** The text with the new names; empty if it uses a column that is gone, or the table as a whole. */
    Optional<String> apply(String sql) {
        List<Token> tokens = SqlTokens.of(sql);
        StringBuilder text = new StringBuilder();
        int copied = 0;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.is("WITH") && at(tokens, i + 1).is("(")) {
                i = closing(tokens, i + 1); // storage parameters
                continue;
            }
            Optional<TableId> qualified = qualified(tokens, i);
            if (qualified.isPresent() && !at(tokens, i + 3).is("(")) {
                TableId renamed = relations.get(qualified.get());
                if (renamed != null) {
                    text.append(sql, copied, token.start()).append(quoted(renamed));
                    copied = tokens.get(i + 2).end();
                }
                i += 2;
            } else if (token.kind() == Kind.STRING
                    && at(tokens, i + 1).is("::")
                    && at(tokens, i + 2).is("regclass")) {
                Optional<TableId> renamed = relation(token.value()).map(relations::get);
                if (renamed.isPresent()) {
                    text.append(sql, copied, token.start()).append(literal(quoted(renamed.get())));
                    copied = token.end();
                }
            } else if (token.name()
                    && token.value().equals(table.name())
                    && at(tokens, i + 1).is(".")) {
                return Optional.empty(); // the whole row
            } else if (isColumn(tokens, i)) {
                if (leftOut.contains(token.value())) {
                    return Optional.empty();
                }
                String renamed = rename.get(token.value());
                if (renamed != null) {
                    text.append(sql, copied, token.start()).append(quoted(renamed));
                    copied = token.end();
                }
            }
        }
        return Optional.of(text.append(sql.substring(copied)).toString());
    }

    /** A column follows a bracket, a comma, an operator or a keyword; a name that follows a name is a type or a class. */
    private static boolean isColumn(List<Token> tokens, int i) {
        Token token = tokens.get(i);
        Token before = at(tokens, i - 1);
        Token after = at(tokens, i + 1);
        return token.name()
                && !token.is("true")
                && !token.is("false")
                && !after.is("(")
                && !after.is(".")
                && !before.is(".")
                && !before.is("::")
                && !before.is(")")
                && !before.is("]")
                && !before.is("COLLATE")
                && !before.name()
                && !(before.is("(") && at(tokens, i - 2).is("EXTRACT"));
    }

    /** The two halves of a name that begins at {@code i}. */
    private static Optional<TableId> qualified(List<Token> tokens, int i) {
        boolean found = tokens.get(i).name()
                && !at(tokens, i - 1).is(".")
                && at(tokens, i + 1).is(".")
                && at(tokens, i + 2).name();
        return found
                ? Optional.of(
                        new TableId(tokens.get(i).value(), tokens.get(i + 2).value()))
                : Optional.empty();
    }

    private static Optional<TableId> relation(String text) {
        List<Token> tokens = SqlTokens.of(text);
        return tokens.size() == 3 ? qualified(tokens, 0) : Optional.empty();
    }

    /** Index of the bracket that closes the one at {@code open}. */
    static int closing(List<Token> tokens, int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return tokens.size() - 1;
    }

    private static Token at(List<Token> tokens, int i) {
        return i >= 0 && i < tokens.size() ? tokens.get(i) : new Token(Kind.SIGN, 0, 0, "");
    }
}
