package io.walferry.tests.etl;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random table with a random statement over it, in words that PostgreSQL and Flink both read alike, and random changes of it.
 */
final class RandomStatement {

    private static final List<String> CONDITIONS = List.of(
            "n > %d",
            "n IS NULL OR n < %d",
            "amount * 2 > %d",
            "label LIKE '%%a%%'",
            "label <> 'abc' AND n BETWEEN 3 AND 3 + %d",
            "flag",
            "NOT flag OR n = %d",
            "CHAR_LENGTH(big) > %d * 100",
            "UPPER(label) = 'ABC' OR amount IS NULL",
            "COALESCE(n, 0) IN (1, 2, 3, %d)",
            "CASE WHEN flag THEN n ELSE 7 END > %d",
            "seen >= TIMESTAMP '2024-03-01 00:00:00' OR n > %d",
            "big IS NULL AND n < %d",
            "id > %d");

    /** Expression, and the column's name at the target. */
    private static final List<String[]> EXPRESSIONS = List.of(
            new String[] {"n + 1", "n1"},
            new String[] {"amount * 2", "twice"},
            new String[] {"UPPER(label)", "label"},
            new String[] {"COALESCE(label, 'none')", "named"},
            new String[] {"label || '-' || 'x'", "joined"},
            new String[] {"CHAR_LENGTH(big)", "size_"},
            new String[] {"flag IS TRUE", "yes"},
            new String[] {"SUBSTRING(label FROM 2 FOR 3)", "mid"},
            new String[] {"CASE WHEN n > 5 THEN 'large' ELSE 'no' END", "kind"},
            new String[] {"CAST(seen AS DATE)", "day_"},
            new String[] {"CAST(n AS BIGINT) * 1000000000", "far"},
            new String[] {"UPPER(big)", "loud"});

    private static final List<String> PASSED = List.of("n", "amount", "label", "flag", "seen", "big", "extra");

    static final int KINDS = 5;

    private static final int START_AGAIN = 50;

    private final Random random;
    private final String name;
    private final int shape;
    private final boolean full;
    private final boolean filter;
    private final String condition;
    private final List<String> selected = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private int nextId = 1;

    /** @param kind for the count of what a run has covered */
    record Change(String kind, String sql) {}

    /** @param number from 0; of the first {@link #KINDS} there is each combination of replica identity and statement, and one without key */
    RandomStatement(Random random, int number) {
        this.random = random;
        this.name = "t" + number;
        this.shape = number == 4 ? 2 : random.nextInt(2);
        this.full = number >= 2;
        this.filter = number == 4 ? random.nextBoolean() : number % 2 == 0;
        this.condition = CONDITIONS.get(random.nextInt(CONDITIONS.size())).formatted(random.nextInt(12));
        select("id", "id");
        if (shape == 1) {
            select("k", "key_");
        }
        for (String column : PASSED) {
            if (random.nextInt(3) > 0) {
                select(column, random.nextInt(4) == 0 ? column + "_new" : column);
            }
        }
        for (String[] expression : EXPRESSIONS) {
            if (random.nextInt(3) == 0 && !names.contains(expression[1])) {
                select(expression[0], expression[1]);
            }
        }
    }

    private void select(String expression, String as) {
        selected.add(expression + " AS " + as);
        names.add(as);
    }

    String name() {
        return name;
    }

    /** {@code full} or {@code default}. */
    String replicaIdentity() {
        return full ? "full" : "default";
    }

    boolean hasKey() {
        return shape < 2;
    }

    boolean isFilter() {
        return filter;
    }

    String condition() {
        return condition;
    }

    String insert() {
        return "INSERT INTO public." + name + "_there " + atSource();
    }

    String atSource() {
        return filter
                ? "SELECT * FROM public." + name + " WHERE " + condition
                : "SELECT " + String.join(", ", selected) + " FROM public." + name + " WHERE " + condition;
    }

    String atTarget() {
        return filter
                ? "SELECT * FROM public." + name
                : "SELECT " + String.join(", ", names) + " FROM public." + name + "_there";
    }

    String[] create() {
        String key =
                switch (shape) {
                    case 0 -> ", PRIMARY KEY (id)";
                    case 1 -> ", PRIMARY KEY (id, k)";
                    default -> "";
                };
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE public." + name + " (id bigint NOT NULL, k text NOT NULL, n int,"
                + " amount numeric(12,3), label text, flag boolean, seen timestamp, big text, extra jsonb" + key + ")");
        statements.add("ALTER TABLE public." + name + " ALTER COLUMN big SET STORAGE EXTERNAL");
        statements.add("ALTER TABLE public." + name + " ALTER COLUMN extra SET STORAGE EXTERNAL");
        if (full) {
            statements.add("ALTER TABLE public." + name + " REPLICA IDENTITY FULL");
        }
        return statements.toArray(String[]::new);
    }

    String insertRows(int count) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add("(" + nextId++ + ", 'k" + random.nextInt(3) + "', " + n() + ", " + amount() + ", " + label() + ", "
                    + flag() + ", " + seen() + ", " + big() + ", " + extra() + ")");
        }
        return "INSERT INTO public." + name + " VALUES " + String.join(", ", rows);
    }

    /** A statement that changes one row, or a few, or none. */
    Change change() {
        String where = " WHERE id = " + (1 + random.nextInt(nextId));
        String update = "UPDATE public." + name + " SET ";
        return switch (random.nextInt(100)) {
            case 0 -> new Change("truncate", "TRUNCATE public." + name + "; " + insertRows(START_AGAIN));
            default -> switch (random.nextInt(12)) {
                case 0, 1 -> new Change("insert", insertRows(1));
                case 2 -> new Change("delete", "DELETE FROM public." + name + where);
                case 3 -> new Change("key", update + "id = " + nextId++ + where);
                case 4 -> new Change("large", update + "big = " + big() + where);
                case 5 -> new Change(
                        "key and large", update + "k = 'k" + random.nextInt(3) + "', extra = " + extra() + where);
                case 6 -> new Change(
                        "several",
                        update + "n = " + n() + ", amount = " + amount() + " WHERE id % 37 = " + random.nextInt(37));
                case 7 -> new Change("update", update + "label = " + label() + where);
                case 8 -> new Change("update", update + "flag = " + flag() + ", seen = " + seen() + where);
                default -> new Change("update", update + "n = " + n() + where);
            };
        };
    }

    private String n() {
        return random.nextInt(6) == 0 ? "NULL" : String.valueOf(random.nextInt(14) - 1);
    }

    private String amount() {
        return random.nextInt(6) == 0 ? "NULL" : random.nextInt(20) + "." + random.nextInt(1000);
    }

    private String label() {
        return switch (random.nextInt(6)) {
            case 0 -> "NULL";
            case 1 -> "''";
            case 2 -> "'abc'";
            case 3 -> "E'tab\\there \\\\ zwq7value'";
            case 4 -> "'äöü a 世界'";
            default -> "'x" + random.nextInt(5) + "'";
        };
    }

    private String flag() {
        return List.of("true", "false", "NULL").get(random.nextInt(3));
    }

    private String seen() {
        return random.nextInt(5) == 0 ? "NULL" : "'2024-0" + (1 + random.nextInt(6)) + "-11 10:20:30.12345" + "'";
    }

    /** Large enough to be stored apart. */
    private String big() {
        return switch (random.nextInt(4)) {
            case 0 -> "NULL";
            case 1 -> "repeat('b', " + random.nextInt(1200) + ")";
            default -> "repeat('ab" + random.nextInt(10) + "', " + (1000 + random.nextInt(500)) + ")";
        };
    }

    private String extra() {
        return random.nextInt(3) == 0
                ? "'{\"a\": [1, 2]}'"
                : "jsonb_build_object('x', repeat('j" + random.nextInt(10) + "', 1500))";
    }
}
