package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectName;
import io.walferry.job.schema.NameSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

    final List<String> remarks = new ArrayList<>();

    List<String> inOrder() {
        List<String> all = new ArrayList<>();
        List.of(first, drops, renames, creates, alters, childrenFirst, indexes, attaches, later, lateDrops, remarks)
                .forEach(all::addAll);
        return all;
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
