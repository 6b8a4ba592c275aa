package io.walferry.tests.rows;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What can happen to rows, kind by kind. */
final class Scenarios {

    /** A value that does not compress below what is kept in the row, so it is stored out of line. */
    private static final String BIG = "(SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 150))";

    private Scenarios() {}

    static final List<Scenario> ALL = Stream.of(
                    keys(), identities(), storage(), keyless(), structure(), constraints(), transactions(), names())
            .flatMap(List::stream)
            .toList();

    private static List<Scenario> keys() {
        return List.of(
                Scenario.of(
                                "composite_keys",
                                "CREATE TABLE t (a text COLLATE \"de-x-icu\", b int, c text COLLATE \"C\", v text,"
                                        + " PRIMARY KEY (c, a, b))",
                                "INSERT INTO t SELECT (ARRAY['ä', 'a', 'Z', 'ß'])[1 + i % 4], i,"
                                        + " (ARRAY['x', 'X', 'é'])[1 + i % 3], 'v' || i FROM generate_series(1, 300) i")
                        .then("UPDATE t SET v = v || '+' WHERE b % 7 = 0")
                        .then("DELETE FROM t WHERE b % 11 = 0")
                        .then("UPDATE t SET a = a || 'x', b = -b WHERE b % 13 = 0"),
                Scenario.of(
                                "key_order_differs",
                                "CREATE TABLE t (v text, b int, w text, a int, PRIMARY KEY (a, b))",
                                "INSERT INTO t SELECT 'v', i % 5, 'w', i FROM generate_series(1, 50) i")
                        .then("UPDATE t SET b = b + 10 WHERE a % 3 = 0", "DELETE FROM t WHERE a = 7"),
                Scenario.of(
                                "key_changes",
                                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                                "INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 100) i")
                        .then("UPDATE t SET id = id + 1000 WHERE id % 2 = 0")
                        .then("UPDATE t SET id = id - 1000, v = 'back' WHERE id > 1000 AND id % 4 = 0"),
                Scenario.of(
                                "key_swap",
                                "CREATE TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, v text)",
                                "ALTER TABLE t REPLICA IDENTITY FULL",
                                "CREATE TABLE u (id int PRIMARY KEY, v text)",
                                "INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 20) i",
                                "INSERT INTO u SELECT i, 'v' || i FROM generate_series(1, 20) i")
                        .then("UPDATE t SET id = 21 - id")
                        .then("UPDATE t SET id = id % 20 + 1")
                        .then(
                                "UPDATE u SET id = -1 WHERE id = 1",
                                "UPDATE u SET id = 1 WHERE id = 2",
                                "UPDATE u SET id = 2 WHERE id = -1"),
                Scenario.of(
                                "delete_and_insert_again",
                                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                                "INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 10) i")
                        .then("DELETE FROM t WHERE id = 1", "INSERT INTO t VALUES (1, 'again')")
                        .then(
                                "INSERT INTO t VALUES (11, 'a')",
                                "DELETE FROM t WHERE id = 11",
                                "INSERT INTO t VALUES (11, 'b')",
                                "UPDATE t SET v = 'c' WHERE id = 11",
                                "DELETE FROM t WHERE id = 11")
                        .then(
                                "INSERT INTO t VALUES (12, 'x')",
                                "UPDATE t SET id = 13 WHERE id = 12",
                                "DELETE FROM t" + " WHERE id = 2",
                                "UPDATE t SET id = 2 WHERE id = 13"),
                Scenario.of(
                                "only_a_key",
                                "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))",
                                "INSERT INTO t VALUES (1, 1)")
                        .then("INSERT INTO t VALUES (2, 2)", "UPDATE t SET b = 3 WHERE a = 1")
                        .then("DELETE FROM t WHERE a = 2", "INSERT INTO t VALUES (2, 2)"));
    }

    private static List<Scenario> identities() {
        return List.of(Scenario.of(
                        "replica_identity",
                        "CREATE TABLE by_default (id int PRIMARY KEY, v text)",
                        "CREATE TABLE by_full (id int PRIMARY KEY, v text)",
                        "ALTER TABLE by_full REPLICA IDENTITY FULL",
                        "CREATE TABLE by_index (id int PRIMARY KEY, code text NOT NULL, v text)",
                        "CREATE UNIQUE INDEX by_index_code ON by_index (code)",
                        "ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_code",
                        "CREATE TABLE index_alone (v text, a int NOT NULL, b text NOT NULL)",
                        "CREATE UNIQUE INDEX index_alone_key ON index_alone (b, a)",
                        "ALTER TABLE index_alone REPLICA IDENTITY USING INDEX index_alone_key",
                        "INSERT INTO by_default SELECT i, 'v' || i FROM generate_series(1, 30) i",
                        "INSERT INTO by_full SELECT i, 'v' || i FROM generate_series(1, 30) i",
                        "INSERT INTO by_index SELECT i, 'c' || i, 'v' || i FROM generate_series(1, 30) i",
                        "INSERT INTO index_alone SELECT 'v' || i, i, 'b' || i FROM generate_series(1, 30) i")
                .then(
                        "UPDATE by_default SET v = 'new' WHERE id < 10",
                        "UPDATE by_full SET v = 'new' WHERE id < 10",
                        "UPDATE by_index SET v = 'new' WHERE id < 10",
                        "UPDATE index_alone SET v = 'new' WHERE a < 10")
                .then(
                        // The identity changes and the key stays; then the other way round; then both.
                        "UPDATE by_index SET code = 'd' || id WHERE id BETWEEN 5 AND 12",
                        "UPDATE by_index SET id = id + 100 WHERE id BETWEEN 10 AND 15",
                        "UPDATE by_index SET id = id + 100, code = 'e' || id WHERE id BETWEEN 16 AND 18",
                        "UPDATE index_alone SET b = 'e' || a WHERE a BETWEEN 5 AND 12")
                .then(
                        "DELETE FROM by_default WHERE id % 3 = 0",
                        "DELETE FROM by_full WHERE id % 3 = 0",
                        "DELETE FROM by_index WHERE id % 3 = 0",
                        "DELETE FROM index_alone WHERE a % 3 = 0"));
    }

    private static List<Scenario> storage() {
        return List.of(
                Scenario.of(
                                "unchanged_toast",
                                "CREATE TABLE t (id int PRIMARY KEY, n int, big text, other text)",
                                "ALTER TABLE t ALTER big SET STORAGE EXTERNAL",
                                "CREATE TABLE f (id int PRIMARY KEY, n int, big text, other text)",
                                "ALTER TABLE f REPLICA IDENTITY FULL",
                                "INSERT INTO t SELECT i, i, " + BIG + " || i, " + BIG
                                        + " || i FROM generate_series(1, 60) i",
                                "INSERT INTO f SELECT * FROM t")
                        .then("UPDATE t SET n = n + 1", "UPDATE f SET n = n + 1")
                        .then(
                                "UPDATE t SET id = id + 100 WHERE id % 2 = 0",
                                "UPDATE f SET id = id + 100 WHERE id % 2 = 0")
                        .then(
                                // One row several times in a transaction, with and without its values.
                                "UPDATE t SET big = 'small' WHERE id = 1",
                                "UPDATE t SET n = -1 WHERE id = 1",
                                "UPDATE t SET other = 'tiny', id = 1001 WHERE id = 1",
                                "UPDATE t SET id = 1002 WHERE id = 1001",
                                "UPDATE t SET n = -3 WHERE id = 3",
                                "UPDATE t SET big = NULL WHERE id = 3",
                                "UPDATE t SET other = " + BIG + " WHERE id = 3",
                                "UPDATE t SET n = -33 WHERE id = 3")
                        .then(
                                "INSERT INTO t VALUES (500, 0, " + BIG + ", " + BIG + ")",
                                "UPDATE t SET n = 1 WHERE id = 500",
                                "UPDATE t SET id = 501 WHERE id = 500",
                                "UPDATE t SET n = 2 WHERE id = 501")
                        .then(
                                "INSERT INTO t VALUES (600, 0, " + BIG + ", " + BIG + ")",
                                "INSERT INTO f VALUES (600, 0, " + BIG + ", " + BIG + ")")
                        .then(
                                "UPDATE t SET n = 1, id = 601 WHERE id = 600",
                                "UPDATE f SET n = 1, id = 601 WHERE id = 600")
                        .then("DELETE FROM t WHERE id = 601", "DELETE FROM f WHERE id = 601"),
                Scenario.of(
                        "empty_table",
                        "CREATE TABLE t (id int PRIMARY KEY, v text)",
                        "CREATE TABLE u (a int, b text)",
                        "ALTER TABLE u REPLICA IDENTITY FULL"),
                Scenario.of("empty_then_filled", "CREATE TABLE t (id int PRIMARY KEY, v text)")
                        .then("INSERT INTO t SELECT i, 'v' FROM generate_series(1, 10) i"),
                Scenario.of(
                                "wide",
                                wideTable(),
                                "INSERT INTO t (id) VALUES (1)",
                                "INSERT INTO t (id, c500) VALUES (2, 500)")
                        .then("INSERT INTO t (id, c1, c999) VALUES (3, 1, 999)", "UPDATE t SET c998 = 1 WHERE id = 2"),
                Scenario.of(
                                "dropped_columns",
                                "CREATE TABLE t (gone int, id int PRIMARY KEY, also_gone text, v text)",
                                "ALTER TABLE t DROP gone, DROP also_gone",
                                "ALTER TABLE t ADD w int DEFAULT 7",
                                "INSERT INTO t VALUES (1, 'a')")
                        .then("INSERT INTO t VALUES (2, 'b', 8)", "UPDATE t SET v = 'c' WHERE id = 1"),
                Scenario.of("large_values", "CREATE TABLE t (id int PRIMARY KEY, v text, b bytea)")
                        .then(
                                "INSERT INTO t SELECT i, repeat(md5(i::text), 100000), decode(repeat(md5(i::text), 60000),"
                                        + " 'hex') FROM generate_series(1, 5) i"));
    }

    private static String wideTable() {
        return IntStream.rangeClosed(1, 999)
                .mapToObj(i -> "c" + i + " int")
                .collect(Collectors.joining(", ", "CREATE TABLE t (id int PRIMARY KEY, ", ")"));
    }

    private static List<Scenario> keyless() {
        return List.of(
                Scenario.of(
                                "keyless_duplicates",
                                "CREATE TABLE t (a int, b text, c json, d point, e float8)",
                                "ALTER TABLE t REPLICA IDENTITY FULL",
                                "INSERT INTO t SELECT i % 3, CASE i % 3 WHEN 0 THEN NULL ELSE 'b' END, '{\"a\": 1}',"
                                        + " '(1,2)', 'NaN' FROM generate_series(1, 30) i")
                        .then("DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t WHERE a = 0)")
                        .then(
                                "UPDATE t SET e = 1 WHERE ctid = (SELECT max(ctid) FROM t WHERE a = 1)",
                                "UPDATE t SET e = 2 WHERE ctid = (SELECT max(ctid) FROM t WHERE a = 1 AND e = 'NaN')",
                                "DELETE FROM t WHERE e = 1")
                        .then("INSERT INTO t SELECT 5, 'same' FROM generate_series(1, 4)")
                        .then(
                                "DELETE FROM t WHERE ctid IN (SELECT ctid FROM t WHERE a = 5 LIMIT 2)",
                                "INSERT INTO t VALUES (5, 'same')")
                        .then("UPDATE t SET b = 'x' WHERE a = 2", "UPDATE t SET b = 'y' WHERE a = 2"),
                Scenario.of(
                                "keyless_toast",
                                "CREATE TABLE t (a int, big text)",
                                "ALTER TABLE t ALTER big SET STORAGE EXTERNAL",
                                "ALTER TABLE t REPLICA IDENTITY FULL",
                                "INSERT INTO t SELECT i % 2, repeat(md5((i % 2)::text), 200) FROM generate_series(1, 8) i")
                        .then("UPDATE t SET a = 7 WHERE ctid = (SELECT min(ctid) FROM t WHERE a = 1)")
                        .then("DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t WHERE a = 0)"),
                Scenario.of(
                                "keyless_inserts_only",
                                "CREATE TABLE t (a int, b text)",
                                "ALTER TABLE t REPLICA IDENTITY FULL",
                                "INSERT INTO t VALUES (1, 'x'), (1, 'x')")
                        .then("INSERT INTO t VALUES (1, 'x'), (NULL, NULL)"));
    }

    private static List<Scenario> structure() {
        return List.of(
                Scenario.of(
                                "partitioned",
                                "CREATE TABLE t (id int, k int, v text, PRIMARY KEY (k, id)) PARTITION BY RANGE (k)",
                                "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100)",
                                "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200) PARTITION BY LIST (id)",
                                "CREATE TABLE t2a PARTITION OF t2 FOR VALUES IN (1, 2, 3)",
                                "CREATE TABLE t2b PARTITION OF t2 DEFAULT",
                                "CREATE TABLE t3 (v text, k int NOT NULL, id int NOT NULL)",
                                "ALTER TABLE t ATTACH PARTITION t3 DEFAULT",
                                "INSERT INTO t SELECT i, i * 3, 'v' || i FROM generate_series(1, 100) i",
                                "CREATE TABLE n (k int, v text) PARTITION BY LIST (k)",
                                "CREATE TABLE n1 PARTITION OF n FOR VALUES IN (1)",
                                "CREATE TABLE n2 PARTITION OF n DEFAULT",
                                "ALTER TABLE n REPLICA IDENTITY FULL",
                                "ALTER TABLE n1 REPLICA IDENTITY FULL",
                                "ALTER TABLE n2 REPLICA IDENTITY FULL",
                                "INSERT INTO n SELECT i % 3, 'v' FROM generate_series(1, 12) i")
                        .then("UPDATE t SET v = 'new' WHERE id % 2 = 0", "DELETE FROM t WHERE id % 9 = 0")
                        .then(
                                "UPDATE t SET k = k + 100 WHERE id % 5 = 0",
                                "INSERT INTO t VALUES (1000, 5000, 'default')")
                        .then(
                                "UPDATE n SET k = 1 WHERE ctid = (SELECT min(ctid) FROM n WHERE k = 2) AND k = 2",
                                "DELETE FROM n WHERE tableoid = 'n1'::regclass AND ctid = (SELECT min(ctid) FROM n1)"),
                Scenario.of(
                                "inherited",
                                "CREATE TABLE parent (id int PRIMARY KEY, v text)",
                                "CREATE TABLE child (w int, PRIMARY KEY (id)) INHERITS (parent)",
                                "INSERT INTO parent VALUES (1, 'p'), (2, 'p')",
                                "INSERT INTO child VALUES (3, 'c', 1), (1, 'c', 2)")
                        .then("UPDATE parent SET v = 'all'", "INSERT INTO child VALUES (4, 'c', 9)")
                        .then("DELETE FROM ONLY parent WHERE id = 1", "DELETE FROM child WHERE id = 3"),
                Scenario.of(
                                "generated",
                                "CREATE TABLE t (double int GENERATED ALWAYS AS (n * 2) STORED,"
                                        + " id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int,"
                                        + " other int GENERATED BY DEFAULT AS IDENTITY, s serial, d int DEFAULT 42,"
                                        + " text_of text GENERATED ALWAYS AS ('n' || n::text) STORED)",
                                "INSERT INTO t (n) SELECT i FROM generate_series(1, 20) i",
                                "CREATE TABLE k (n int, g int GENERATED ALWAYS AS (n + 1) STORED)",
                                "ALTER TABLE k REPLICA IDENTITY FULL",
                                "INSERT INTO k SELECT i % 2 FROM generate_series(1, 6) i")
                        .then(
                                "INSERT INTO t (n) VALUES (100), (NULL)",
                                "UPDATE t SET n = n + 1 WHERE id < 5",
                                "DELETE FROM t WHERE id = 7")
                        .then(
                                "INSERT INTO k VALUES (5)",
                                "DELETE FROM k WHERE ctid = (SELECT min(ctid) FROM k)",
                                "UPDATE k SET n = 9 WHERE ctid = (SELECT max(ctid) FROM k WHERE n = 1)"),
                Scenario.of(
                                "with_views",
                                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                                "CREATE VIEW v AS SELECT * FROM t",
                                "CREATE MATERIALIZED VIEW m AS SELECT * FROM t",
                                "CREATE UNLOGGED TABLE u (a int)",
                                "INSERT INTO t VALUES (1, 'a')")
                        .then("INSERT INTO v VALUES (2, 'b')"));
    }

    private static List<Scenario> constraints() {
        return List.of(
                Scenario.of(
                                "deferred",
                                "CREATE TABLE a (id int PRIMARY KEY, b int)",
                                "CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a DEFERRABLE INITIALLY DEFERRED)",
                                "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED",
                                "CREATE TABLE u (id int PRIMARY KEY, n int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
                                "INSERT INTO u SELECT i, i FROM generate_series(1, 20) i")
                        .then("INSERT INTO b VALUES (1, 1)", "INSERT INTO a VALUES (1, 1)")
                        .then("UPDATE u SET n = n % 20 + 1")
                        .then(
                                "UPDATE u SET n = 21 - n",
                                "DELETE FROM u WHERE id = 3",
                                "INSERT INTO u SELECT 30, 21 - n" + " FROM u WHERE id = 30"),
                Scenario.of(
                                "second_unique",
                                "CREATE TABLE t (id int PRIMARY KEY, email text UNIQUE, slot int)",
                                "CREATE UNIQUE INDEX ON t (slot) WHERE slot > 0",
                                "CREATE TABLE r (id int PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&))",
                                "INSERT INTO t SELECT i, 'e' || i, i FROM generate_series(1, 30) i",
                                "INSERT INTO r SELECT i, int4range(i * 10, i * 10 + 10) FROM generate_series(1, 30) i")
                        .then(
                                "UPDATE t SET email = NULL WHERE id = 1",
                                "UPDATE t SET email = 'e1' WHERE id = 2",
                                "UPDATE t SET email = 'e2' WHERE id = 1")
                        .then("DELETE FROM t WHERE id = 5", "INSERT INTO t VALUES (50, 'e5', 5)")
                        .then(
                                "UPDATE t SET slot = -slot WHERE id IN (7, 8)",
                                "UPDATE t SET slot = 15 + slot WHERE id IN (7, 8)")
                        .then("DELETE FROM r WHERE id = 3", "UPDATE r SET during = '[20,40)' WHERE id = 2")
                        .then(
                                "UPDATE t SET email = email || 'x'",
                                "UPDATE t SET email = 'e' || (id + 1) || 'y' WHERE id < 40"),
                Scenario.of(
                                "cascades",
                                "CREATE TABLE p (id int PRIMARY KEY)",
                                "CREATE TABLE c (id int PRIMARY KEY,"
                                        + " p int REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE)",
                                "INSERT INTO p SELECT i FROM generate_series(1, 10) i",
                                "INSERT INTO c SELECT i, 1 + i % 10 FROM generate_series(1, 40) i")
                        .then("DELETE FROM p WHERE id = 3", "UPDATE p SET id = 100 WHERE id = 4"),
                Scenario.of(
                                "truncate",
                                "CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text)",
                                "CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a)",
                                "CREATE TABLE c (x int)",
                                "ALTER TABLE c REPLICA IDENTITY FULL",
                                "INSERT INTO a (v) SELECT 'v' FROM generate_series(1, 20) i",
                                "INSERT INTO b SELECT i, i FROM generate_series(1, 20) i",
                                "INSERT INTO c SELECT 1 FROM generate_series(1, 20)",
                                "CREATE TABLE once (id int PRIMARY KEY)",
                                "INSERT INTO once SELECT i FROM generate_series(1, 9) i")
                        .then(
                                "INSERT INTO a (v) VALUES ('before')",
                                "INSERT INTO c VALUES (2)",
                                "TRUNCATE a, c RESTART IDENTITY CASCADE",
                                "INSERT INTO a (v) VALUES ('after')",
                                "INSERT INTO b VALUES (1, 1)",
                                "INSERT INTO c VALUES (3), (3)")
                        .then("TRUNCATE once")
                        .then(
                                "INSERT INTO once VALUES (1)",
                                "TRUNCATE once",
                                "INSERT INTO once VALUES (2)",
                                "TRUNCATE" + " once",
                                "INSERT INTO once VALUES (3)"),
                Scenario.of(
                                "silent_target",
                                "CREATE TABLE t (id int PRIMARY KEY, p int, v text)",
                                "CREATE TABLE audit (v text)",
                                "ALTER TABLE audit REPLICA IDENTITY FULL",
                                "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b')")
                        .atTarget(
                                "CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                                        + " INSERT INTO silent_target.audit VALUES (TG_OP); RETURN NULL; END $$",
                                "CREATE TRIGGER before_row BEFORE INSERT OR UPDATE OR DELETE ON t"
                                        + " FOR EACH ROW EXECUTE FUNCTION fire()",
                                "CREATE TRIGGER after_statement AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON t"
                                        + " EXECUTE FUNCTION fire()",
                                "CREATE RULE lost AS ON DELETE TO t DO INSTEAD NOTHING",
                                "CREATE TABLE empty_parent (id int PRIMARY KEY)",
                                "ALTER TABLE t ADD FOREIGN KEY (p) REFERENCES empty_parent NOT VALID")
                        .then(
                                "INSERT INTO t VALUES (3, 3, 'c')",
                                "UPDATE t SET v = 'z', p = 9 WHERE id = 1",
                                "DELETE FROM t WHERE id = 2"));
    }

    private static List<Scenario> transactions() {
        return List.of(
                Scenario.of(
                                "savepoints",
                                "CREATE TABLE t (id int PRIMARY KEY, v text)",
                                "CREATE TABLE k (v text)",
                                "ALTER TABLE k REPLICA IDENTITY FULL",
                                "INSERT INTO t SELECT i, 'v' FROM generate_series(1, 10) i")
                        .then(
                                "INSERT INTO t VALUES (11, 'kept')",
                                "SAVEPOINT one",
                                "INSERT INTO t VALUES (12, 'lost')",
                                "DELETE FROM t WHERE id < 5",
                                "SAVEPOINT two",
                                "INSERT INTO k VALUES ('lost')",
                                "ROLLBACK TO one",
                                "INSERT INTO t VALUES (12, 'kept')",
                                "SAVEPOINT three",
                                "INSERT INTO k VALUES ('kept')",
                                "RELEASE three")
                        .then("DO $$ BEGIN FOR i IN 20..40 LOOP BEGIN INSERT INTO t VALUES (i, 'sub');"
                                + " IF i % 3 = 0 THEN RAISE EXCEPTION 'x'; END IF; EXCEPTION WHEN OTHERS THEN NULL; END;"
                                + " END LOOP; END $$"),
                Scenario.of("no_change", "CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, 'a')")
                        .then("UPDATE t SET v = v, id = id", "SELECT txid_current()"),
                Scenario.of(
                                "many_times_one_row",
                                "CREATE TABLE t (id int PRIMARY KEY, n int, v text)",
                                "INSERT INTO t VALUES (1, 0, 'a')")
                        .then("DO $$ BEGIN FOR i IN 1..500 LOOP UPDATE t SET n = i; IF i % 10 = 0 THEN"
                                + " DELETE FROM t; INSERT INTO t VALUES (1, i, 'b'); END IF; END LOOP; END $$"));
    }

    private static List<Scenario> names() {
        String longest = "n".repeat(61) + "é";
        return List.of(
                Scenario.of(
                                "Odd \"Names\" . ünï",
                                "CREATE TABLE \"Order.Items\" (\"Select\" int PRIMARY KEY, \"from \"\"x\"\"\" text, \"a.b\" int,"
                                        + " \"$1\" int, \"ünï © 表\" text, \"'\" int, \"\\\" int, \"%s\" int)",
                                "INSERT INTO \"Order.Items\" VALUES (1, 'a', 2, 3, 'b', 4, 5, 6)",
                                "CREATE TABLE \"order.items\" (\"Ctid\" int PRIMARY KEY, \" \" text)",
                                "CREATE TABLE \"" + longest + "\" (\"" + longest + "\" int PRIMARY KEY, v text UNIQUE)",
                                "INSERT INTO \"" + longest + "\" VALUES (1, 'a')",
                                "CREATE TABLE \"user\" (\"user\" int, \"table\" text, PRIMARY KEY (\"user\"))")
                        .then(
                                "INSERT INTO \"Order.Items\" VALUES (2, 'c', 2, 3, 'd', 4, 5, 6)",
                                "UPDATE \"Order.Items\" SET \"from \"\"x\"\"\" = 'new', \"Select\" = 3 WHERE \"Select\" = 1",
                                "INSERT INTO \"order.items\" VALUES (1, 'x')",
                                "UPDATE \"" + longest + "\" SET v = 'b'",
                                "INSERT INTO \"user\" VALUES (1, 'u')"),
                Scenario.of(
                                "same_a",
                                "CREATE TABLE same (id int PRIMARY KEY, v text)",
                                "INSERT INTO same VALUES (1, 'a')")
                        .then("INSERT INTO same VALUES (2, 'a')", "UPDATE same SET v = 'a+' WHERE id = 1"),
                Scenario.of(
                                "same_b",
                                "CREATE TABLE same (v int, id text PRIMARY KEY)",
                                "INSERT INTO same VALUES (1, 'b')")
                        .then("INSERT INTO same VALUES (2, 'c')", "DELETE FROM same WHERE id = 'b'"));
    }
}
