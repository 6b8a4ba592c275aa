package io.walferry.job.sql;

import io.walferry.job.model.TableId;
import java.util.Collection;
import java.util.stream.Collectors;

/** Quoting of names and literals. */
public final class Identifier {

    private Identifier() {}

    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String quoted(TableId table) {
        return quoted(table.schema()) + "." + quoted(table.name());
    }

    /** A comma-separated list. */
    public static String quoted(Collection<String> names) {
        return names.stream().map(Identifier::quoted).collect(Collectors.joining(", "));
    }

    /** A string literal that does not depend on {@code standard_conforming_strings}. */
    public static String literal(String value) {
        String doubled = value.replace("'", "''");
        return value.indexOf('\\') < 0 ? "'" + doubled + "'" : " E'" + doubled.replace("\\", "\\\\") + "'";
    }
}
