package io.walferry.tests.ddl;

import java.util.ArrayList;
import java.util.List;

/**
 * A change of structure, and the writes that go on around it.
 *
 * @param setup before the task starts
 * @param ddl each its own transaction, unless it has several statements
 * @param dml of which each session repeats a random one; what the source refuses because of the change is no failure
 */
record DdlCase(String name, int from, List<String> setup, List<String> ddl, List<String> dml) {

    private static final List<String> WRITES = List.of(
            "INSERT INTO {t} (id, v) VALUES (nextval('ids'), 'v' || {r})",
            "INSERT INTO {t} (id) VALUES (nextval('ids'))",
            "UPDATE {t} SET v = 'u' || {r} WHERE id = {r} % 200",
            "UPDATE {t} SET n = {r} WHERE id = {r} % 200",
            "UPDATE {t} SET id = nextval('ids') WHERE id = {r} % 200",
            "DELETE FROM {t} WHERE id = {r} % 200",
            "WITH d AS (DELETE FROM {t} WHERE id = {r} % 200 RETURNING id) INSERT INTO {t} (id) SELECT id FROM d",
            "BEGIN; INSERT INTO {t} (id, v) VALUES (nextval('ids'), 'a'), (nextval('ids'), 'b'); UPDATE {t} SET n = {r}"
                    + " WHERE id = {r} % 100; COMMIT",
            "BEGIN; DELETE FROM {t} WHERE id = {r} % 200; ROLLBACK");

    /** On a table with a key. */
    static DdlCase keyed(String name, String... ddl) {
        return new DdlCase(
                name,
                10,
                List.of(
                        "CREATE TABLE {t} (id int PRIMARY KEY, v text, n int DEFAULT 7)",
                        "INSERT INTO {t} SELECT i, 'v' || i, i FROM generate_series(1, 200) i"),
                List.of(ddl),
                WRITES);
    }

    /** On a table without one. */
    static DdlCase keyless(String name, String... ddl) {
        return new DdlCase(
                name,
                10,
                List.of(
                        "CREATE TABLE {t} (id int, v text, n int DEFAULT 7)",
                        "ALTER TABLE {t} REPLICA IDENTITY FULL",
                        "INSERT INTO {t} SELECT i, 'v' || i, i FROM generate_series(1, 200) i"),
                List.of(ddl),
                WRITES);
    }

    DdlCase after(String... more) {
        List<String> all = new ArrayList<>(setup);
        all.addAll(List.of(more));
        return new DdlCase(name, from, all, ddl, dml);
    }

    /** With {@code {t}_p}, whose rows are in {@code {t}_1} and {@code {t}_2}. */
    DdlCase besidePartitions() {
        return after(
                "CREATE TABLE {t}_p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                "CREATE TABLE {t}_1 PARTITION OF {t}_p FOR VALUES FROM (0) TO (1000)",
                "CREATE TABLE {t}_2 PARTITION OF {t}_p FOR VALUES FROM (1000) TO (100000000)",
                "INSERT INTO {t}_p SELECT i * 20, 'p' FROM generate_series(1, 100) i");
    }

    DdlCase writing(String... more) {
        List<String> all = new ArrayList<>(dml);
        all.addAll(List.of(more));
        return new DdlCase(name, from, setup, ddl, all);
    }

    /** On sources of this version and newer. */
    DdlCase from(int version) {
        return new DdlCase(name, version, setup, ddl, dml);
    }

    DdlCase onTable(String table) {
        return new DdlCase(name, from, filled(setup, table), filled(ddl, table), filled(dml, table));
    }

    private static List<String> filled(List<String> statements, String table) {
        return statements.stream().map(sql -> sql.replace("{t}", table)).toList();
    }
}
