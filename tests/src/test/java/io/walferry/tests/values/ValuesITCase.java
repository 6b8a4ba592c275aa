package io.walferry.tests.values;

import io.walferry.tests.support.TaskRun;
import io.walferry.tests.values.TypeCases.KeyCase;
import io.walferry.tests.values.TypeCases.TypeCase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/**
 * Every built-in type with its extremes. One job carries a pair of tables per type: {@code v_}, with a key, and {@code f_},
 * without one, whose rows the target can find by their values alone; and a table {@code k_} per type that can be a key.
 */
class ValuesITCase {

    @Test
    void everyTypeArrivesAsItWas() throws Exception {
        try (TaskRun run = TaskRun.shared("values")) {
            run.atSource(TypeCases.DEFINITIONS.toArray(String[]::new));
            for (TypeCase type : TypeCases.ALL) {
                load(run, type);
            }
            run.start().awaitChanges().assertInStep();
            for (TypeCase type : TypeCases.ALL) {
                insertAgain(run, type);
            }
            run.assertInStep();
            for (TypeCase type : TypeCases.ALL) {
                update(run, type);
            }
            run.assertInStep();
            for (TypeCase type : TypeCases.ALL) {
                delete(run, type);
            }
            run.assertInStep();
            run.terminate();
        }
    }

    @Test
    void everyTypeThatCanBeAKeyIsOne() throws Exception {
        try (TaskRun run = TaskRun.shared("keys")) {
            run.file().chunkRows(10);
            run.atSource(TypeCases.DEFINITIONS.toArray(String[]::new));
            for (KeyCase key : TypeCases.KEYS) {
                String table = "k_" + key.name();
                run.atSource(
                        "CREATE TABLE " + table + " (k " + key.type() + " PRIMARY KEY, n int, t text)",
                        insert(key, 1, 40),
                        "ANALYZE " + table);
                for (int i = 0; i < key.same().size(); i += 2) {
                    run.atSource(
                            "INSERT INTO " + table + " VALUES (" + key.same().get(i) + ", -1, 'same')");
                }
            }
            run.start().awaitChanges().assertInStep();
            for (KeyCase key : TypeCases.KEYS) {
                String table = "k_" + key.name();
                run.atSource(
                        insert(key, 41, 50),
                        "UPDATE " + table + " SET t = t || '+' WHERE n % 3 = 0",
                        "DELETE FROM " + table + " WHERE n % 5 = 1");
                if (!key.same().isEmpty()) {
                    // Equal to the server, another text: the row must neither vanish nor appear twice.
                    run.atSource("UPDATE " + table + " SET k = " + key.same().get(1) + " WHERE n = -1");
                }
            }
            run.assertInStep();
            for (KeyCase key : TypeCases.KEYS) {
                moveKeys(run, key);
            }
            run.assertInStep();
            run.terminate();
        }
    }

    private static void load(TaskRun run, TypeCase type) throws SQLException {
        String keyed = "v_" + type.name();
        String keyless = "f_" + type.name();
        run.atSource(
                "CREATE TABLE " + keyed + " (id int PRIMARY KEY, v " + type.type() + ")",
                "CREATE TABLE " + keyless + " (n int, v " + type.type() + ")",
                "ALTER TABLE " + keyless + " REPLICA IDENTITY FULL",
                "INSERT INTO " + keyed + " VALUES (0, NULL)");
        int id = 1;
        for (String value : type.values()) {
            run.atSource("INSERT INTO " + keyed + " VALUES (" + id++ + ", (" + value + ")::" + type.type() + ")");
        }
        run.atSource(
                "INSERT INTO " + keyless + " SELECT id % 2, v FROM " + keyed + ", generate_series(1, 2)",
                "ANALYZE " + keyed + ", " + keyless);
    }

    private static void insertAgain(TaskRun run, TypeCase type) throws SQLException {
        run.atSource(
                "INSERT INTO v_" + type.name() + " SELECT id + 1000, v FROM v_" + type.name(),
                "INSERT INTO f_" + type.name() + " SELECT n + 2, v FROM f_" + type.name());
    }

    private static void update(TaskRun run, TypeCase type) throws SQLException {
        String table = "v_" + type.name();
        int last = type.values().size();
        run.atSource(
                // Every value moves to its neighbour, NULL among them.
                "UPDATE " + table + " t SET v = (SELECT o.v FROM " + table + " o WHERE o.id = (t.id + 1) % "
                        + (last + 1) + ") WHERE id < 1000",
                "UPDATE " + table + " SET v = NULL WHERE id = 1001",
                "UPDATE f_" + type.name() + " SET n = n + 10 WHERE ctid IN" + " (SELECT min(ctid) FROM f_" + type.name()
                        + " GROUP BY n, v::text)");
    }

    private static void delete(TaskRun run, TypeCase type) throws SQLException {
        run.atSource(
                "DELETE FROM v_" + type.name() + " WHERE id > 1001 OR id % 2 = 1",
                "DELETE FROM f_" + type.name() + " WHERE ctid IN" + " (SELECT max(ctid) FROM f_" + type.name()
                        + " GROUP BY n, v::text)");
    }

    private static String insert(KeyCase key, int first, int last) {
        return "INSERT INTO k_" + key.name() + " SELECT k, i, '" + TaskRun.MARKER + "' || i FROM (SELECT i, "
                + key.value() + " AS k FROM generate_series(" + first + ", " + last + ") i) s WHERE k IS NOT NULL";
    }

    /** Gives some rows keys that no row has had yet, in the table's own order of values. */
    private static void moveKeys(TaskRun run, KeyCase key) throws SQLException {
        String table = "k_" + key.name();
        run.atSource("UPDATE " + table + " t SET k = s.k FROM (SELECT i, " + key.value()
                + " AS k FROM generate_series(51, 60) i) s WHERE t.n = s.i - 40 AND s.k IS NOT NULL");
    }
}
