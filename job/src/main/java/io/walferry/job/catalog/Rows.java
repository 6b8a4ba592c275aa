package io.walferry.job.catalog;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Asks a catalog and maps the rows of its answer. */
final class Rows {

    private Rows() {}

    /** Makes something of a row, which is good only during the call. */
    @FunctionalInterface
    interface Mapper<T> {
        T map(CatalogRow row) throws SQLException;
    }

    /** @param oids the query's parameters */
    @SafeVarargs
    @SuppressWarnings("varargs") // the list is only read
    static <T> List<T> read(CatalogSource source, CatalogQuery query, Mapper<T> mapper, Collection<Long>... oids)
            throws SQLException {
        return source.read(query, List.of(oids), mapper);
    }

    /** The only character of a value; a space if it is NULL or empty. */
    static char character(CatalogRow row, int column) throws SQLException {
        String value = row.getString(column);
        return value == null || value.isEmpty() ? ' ' : value.charAt(0);
    }

    static Optional<String> optional(CatalogRow row, int column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).filter(value -> !value.isEmpty());
    }

    /** Its lines; none if it is NULL or empty. */
    static List<String> lines(CatalogRow row, int column) throws SQLException {
        return optional(row, column).map(text -> List.of(text.split("\n"))).orElse(List.of());
    }

    /** A {@code text[]}; empty if it is NULL. */
    static List<String> texts(CatalogRow row, int column) throws SQLException {
        return row.getTexts(column);
    }
}
