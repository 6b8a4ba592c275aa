package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectName;
import io.walferry.job.schema.NameSql;
import io.walferry.job.sql.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Statements of a step, put in an order in which each finds what it needs and nothing is in its way. */
final class Statements {

    /** Outside of a transaction block. */
    final List<String> alone = new ArrayList<>();
    /** Schemas that others are put in. */
    final List<String> first = new ArrayList<>();
    /** What hangs on tables, and tables: the dependent first. */
    final List<String> drops = new ArrayList<>();

    final List<String> renames = new ArrayList<>();
    /** Types, functions, sequences and new tables. */
    final List<String> creates = new ArrayList<>();
    /** What inherits, before what it inherits from. */
    final List<String> childrenFirst = new ArrayList<>();

    final List<String> alters = new ArrayList<>();
    final List<String> indexes = new ArrayList<>();
    final List<String> attaches = new ArrayList<>();
    /** What only reads tables, foreign keys, replica identities. */
    final List<String> later = new ArrayList<>();
    /** What tables needed. */
    final List<String> lateDrops = new ArrayList<>();

    /** Schemas, which have to be empty. */
    final List<String> lastDrops = new ArrayList<>();

    final List<String> remarks = new ArrayList<>();

    List<String> inOrder() {
        List<String> all = new ArrayList<>();
        List.of(
                        first,
                        drops,
                        renames,
                        creates,
                        alters,
                        childrenFirst,
                        indexes,
                        attaches,
                        later,
                        lateDrops,
                        lastDrops,
                        remarks)
                .forEach(all::addAll);
        return all;
    }

    /** Names what may not have been made yet, in which case it will be made as it then is. */
    private static final Pattern MAY_BE_MISSING =
            Pattern.compile("(?s)^ALTER (INDEX|VIEW|MATERIALIZED VIEW|TRIGGER|FUNCTION|PROCEDURE|AGGREGATE) .*"
                    + "|^COMMENT ON .*|^CREATE OR REPLACE VIEW .*|^REFRESH .*|^(GRANT|REVOKE) .*"
                    + "|^ALTER TABLE .* (RENAME|VALIDATE|ALTER) CONSTRAINT .*|^ALTER TABLE .* (ENABLE|DISABLE) .*"
                    + "|^ALTER TABLE .* RENAME COLUMN .*|^ALTER TABLE .* REPLICA IDENTITY USING INDEX .*");

    /** The statement; one that passes if what it names is not there and may be missing. */
    static String ifThere(String sql) {
        return MAY_BE_MISSING.matcher(sql).matches()
                ? "DO "
                        + Identifier.literal(
                                        "BEGIN " + sql + "; EXCEPTION WHEN undefined_object OR undefined_table"
                                                + " OR undefined_function OR undefined_column OR wrong_object_type THEN NULL; END")
                                .trim()
                : sql;
    }

    /** {@code DROP TYPE IF EXISTS …} */
    static String drop(ObjectName name) {
        String kind = name.kind().words().toUpperCase(Locale.ROOT);
        return "DROP " + kind + " IF EXISTS" + NameSql.named(name).substring(kind.length());
    }

    /** {@code ALTER TYPE … action} */
    static String alter(ObjectName name, String action) {
        return "ALTER " + NameSql.named(name) + " " + action;
    }
}
