package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceIndex.IndexConstraint;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.schema.SqlTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An index of a table whose name, columns or own name change. */
final class IndexRewrite {

    private final ExpressionRewrite texts;
    private final TableChange change;

    IndexRewrite(ExpressionRewrite texts, TableChange change) {
        this.texts = texts;
        this.change = change;
    }

    /** The index at the target, under its own name; empty if it uses what is not there. */
    Optional<SourceIndex> apply(SourceIndex index, String name) {
        Optional<List<String>> columns = change.columns(index.columns());
        int using = using(index.definition());
        Optional<String> rest = texts.apply(index.definition().substring(using));
        Optional<String> constraintText =
                index.constraint().map(IndexConstraint::definition).flatMap(texts::apply);
        boolean withMark = change.constant().isPresent() && index.unique() && !index.exclusion();
        if (columns.isEmpty()
                || rest.isEmpty()
                || index.constraint().isPresent() && constraintText.isEmpty()
                || change.shared() && (index.exclusion() || rest.get().contains(" WITHOUT OVERLAPS"))) {
            return Optional.empty();
        }
        List<String> allColumns = new ArrayList<>(columns.get());
        String mark = change.constant().map(constant -> quoted(constant.name())).orElse("");
        if (withMark) {
            allColumns.add(change.constant().orElseThrow().name());
        }
        String definition = "CREATE " + (index.unique() ? "UNIQUE " : "") + "INDEX " + quoted(name) + " ON "
                + (index.partitioned() ? "ONLY " : "") + quoted(change.target()) + " "
                + (withMark ? withColumn(rest.get(), mark) : rest.get());
        Optional<IndexConstraint> constraint = index.constraint()
                .map(old -> new IndexConstraint(
                        old.name().equals(index.name()) ? name : old.name(),
                        old.type(),
                        withMark ? withColumn(constraintText.orElseThrow(), mark) : constraintText.orElseThrow(),
                        old.deferrable(),
                        old.initiallyDeferred()));
        return Optional.of(new SourceIndex(
                index.oid(),
                index.table(),
                name,
                index.partitioned(),
                index.unique(),
                index.primary(),
                index.exclusion(),
                index.immediate(),
                index.valid(),
                index.replicaIdentity(),
                index.predicate(),
                index.expressions(),
                allColumns,
                index.allNotNull(),
                index.parent(),
                index.pages(),
                definition,
                index.method(),
                constraint));
    }

    private static int using(String definition) {
        for (Token token : SqlTokens.of(definition)) {
            if (token.is("USING")) {
                return token.start();
            }
        }
        throw new IllegalArgumentException("an index definition without USING");
    }

    /** Adds a column to the first list of the text. */
    private static String withColumn(String text, String column) {
        List<Token> tokens = SqlTokens.of(text);
        int open = 0;
        while (!tokens.get(open).is("(")) {
            open++;
        }
        int close = tokens.get(ExpressionRewrite.closing(tokens, open)).start();
        return text.substring(0, close) + ", " + column + text.substring(close);
    }
}
