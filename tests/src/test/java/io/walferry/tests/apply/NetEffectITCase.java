package io.walferry.tests.apply;

import static io.walferry.tests.apply.Changes.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.apply.TargetWriter;
import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import io.walferry.tests.support.TestServers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a batch comes to, for few rows (single-row statements) and many (staged). */
class NetEffectITCase {

    private static final StreamTable ITEM =
            Changes.table(1, "item", List.of(0), "id pg_catalog.int4", "name pg_catalog.text", "body pg_catalog.text");

    private final Changes changes = new Changes(0);
    private ApplyTarget target;

    @BeforeEach
    void createTarget() throws Exception {
        target = new ApplyTarget(TestServers.target());
        target.execute("CREATE TABLE item (id int PRIMARY KEY, name text, body text)");
    }

    @AfterEach
    void closeTarget() throws Exception {
        target.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void keepsTheLastStateOfEachKey(int copies) throws Exception {
        changes.transaction(0x10);
        for (int i = 0; i < copies; i++) {
            target.execute("INSERT INTO item SELECT n, 'old', 'old body' FROM generate_series(" + (i * 10) + ", "
                    + (i * 10 + 4) + ") n");
            String[] id = IntStream.range(i * 10, i * 10 + 8)
                    .mapToObj(Integer::toString)
                    .toArray(String[]::new);
            changes.update(ITEM, id[0], "updated", "new body")
                    .update(ITEM, id[0], "twice", UNCHANGED)
                    .update(ITEM, id[1], "part", UNCHANGED)
                    .update(ITEM, id[1], "part again", UNCHANGED)
                    .delete(ITEM, id[2], null, null)
                    .insert(ITEM, id[2], "back", null)
                    .delete(ITEM, id[3], null, null)
                    .update(ITEM, id[4], UNCHANGED, "only body")
                    .update(ITEM, id[4], "and name", UNCHANGED)
                    .insert(ITEM, id[5], "tab\tnewline\nreturn\rslash\\N", "")
                    .insert(ITEM, id[6], "in", "body")
                    .update(ITEM, id[6], "in and up", UNCHANGED)
                    .insert(ITEM, id[7], "gone", "gone")
                    .delete(ITEM, id[7], null, null);
        }
        apply(changes.commit(), target.writer(0, 1, 100_000));

        assertThat(target.rows("SELECT id, name, body FROM item WHERE id < 10 ORDER BY id"))
                .containsExactly(
                        "0|twice|new body",
                        "1|part again|old body",
                        "2|back|~",
                        "4|and name|only body",
                        "5|tab\tnewline\nreturn\rslash\\N|",
                        "6|in and up|body");
        assertThat(target.value("SELECT count(*), count(DISTINCT md5((name, body)::text)) FROM item"))
                .isEqualTo(copies * 6 + "|6");
        assertThat(target.value("SELECT changes, source_commit_time FROM walferry.progress"))
                .startsWith(copies * 14 + "|2023-11-14");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void insertsThatTheLoadMayHaveBroughtOverwrite(int copies) throws Exception {
        target.execute("INSERT INTO item SELECT n, 'loaded', 'loaded' FROM generate_series(1, " + copies + ") n");
        changes.transaction(0x10).overlap(true);
        for (int i = 1; i <= copies; i++) {
            changes.insert(ITEM, "" + i, "streamed", "s");
        }
        apply(changes.commit(), target.writer());
        assertThat(target.value("SELECT count(*), min(name) FROM item")).isEqualTo(copies + "|streamed");
    }

    @Test
    void writesALargeValueInSlices() throws Exception {
        String body = "back\\slash\ttab\n".repeat(300_000);
        TargetWriter writer = target.writer();
        apply(changes.transaction(0x10).insert(ITEM, "1", "new", body).commit(), writer);
        apply(changes.transaction(0x20).update(ITEM, "1", "old", body + "!").commit(), writer);
        assertThat(target.value("SELECT body FROM item").equals(body + "!")).isTrue();
    }

    @Test
    void healsAnUpdateWhoseRowIsMissing() throws Exception {
        changes.transaction(0x10)
                .update(ITEM, "1", "all", "values")
                .update(ITEM, "2", "not all", UNCHANGED)
                .commit();
        apply(changes, target.writer());
        assertThat(target.rows("SELECT * FROM item")).containsExactly("1|all|values");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 100})
    void swapsUniqueValuesInTheOrderOfTheSource(int pairs) throws Exception {
        target.execute("CREATE UNIQUE INDEX ON item (name)");
        changes.transaction(0x10);
        for (int i = 0; i < pairs; i++) {
            String a = "" + i * 2;
            String b = "" + (i * 2 + 1);
            target.execute("INSERT INTO item VALUES (%s, 'n%s', ''), (%s, 'n%s', '')".formatted(a, a, b, b));
            changes.update(ITEM, a, "tmp", "").update(ITEM, b, "n" + a, "").update(ITEM, a, "n" + b, "");
        }
        apply(changes.commit(), target.writer());
        assertThat(target.rows("SELECT id, name FROM item WHERE id < 2 ORDER BY id"))
                .containsExactly("0|n1", "1|n0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void replacesRowsOfATableWithAnIdentityThatRefusesSet(int copies) throws Exception {
        target.execute("CREATE TABLE ident (id int PRIMARY KEY, seq int GENERATED ALWAYS AS IDENTITY, v text)");
        StreamTable ident = Changes.table(
                2, "ident", List.of(0), "id pg_catalog.int4", "seq pg_catalog.int4 always", "v pg_catalog.text");
        TargetWriter writer = target.writer();
        changes.transaction(0x10);
        for (int i = 0; i < copies; i++) {
            changes.insert(ident, "" + i, "" + (1000 + i), "a");
        }
        apply(changes.commit(), writer);
        changes.transaction(0x20);
        for (int i = 0; i < copies; i++) {
            changes.update(ident, "" + i, "" + (2000 + i), "b");
        }
        apply(changes.commit(), writer);
        changes.transaction(0x30);
        for (int i = 0; i < copies; i++) {
            changes.update(ident, "" + i, "" + (3000 + i), UNCHANGED);
        }
        apply(changes.commit(), writer);
        assertThat(target.rows("SELECT * FROM ident ORDER BY id LIMIT 1")).containsExactly("0|3000|b");
        assertThat(target.value("SELECT count(*) FROM ident")).isEqualTo("" + copies);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void writesATableWhoseKeyNoConflictClauseCanUse(int copies) throws Exception {
        target.execute("CREATE TABLE deferred (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, v text)");
        StreamTable deferred = Changes.table(2, "deferred", List.of(0), "id pg_catalog.int4", "v pg_catalog.text");
        changes.transaction(0x10);
        for (int i = 0; i < copies; i++) {
            target.execute("INSERT INTO deferred VALUES (" + i + ", 'old')");
            changes.update(deferred, "" + i, "new");
        }
        apply(changes.commit(), target.writer());
        assertThat(target.value("SELECT count(*), min(v) FROM deferred")).isEqualTo(copies + "|new");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void findsAKeyByItsOwnTypesEquality(int copies) throws Exception {
        target.execute("CREATE EXTENSION citext");
        target.execute("CREATE TABLE word (w citext PRIMARY KEY, n numeric)");
        StreamTable word = new StreamTable(
                2,
                new TableId("public", "word"),
                List.of(
                        new StreamColumn("w", "public.citext", false),
                        new StreamColumn("n", "pg_catalog.numeric", false)),
                List.of(0),
                true,
                false);
        changes.transaction(0x10);
        for (int i = 0; i < copies; i++) {
            target.execute("INSERT INTO word VALUES ('Gone" + i + "', 0), ('Kept" + i + "', 0)");
            changes.delete(word, "gONE" + i, null).update(word, "kEPT" + i, "1.00");
        }
        apply(changes.commit(), target.writer());
        assertThat(target.rows("SELECT w, n FROM word ORDER BY w LIMIT 1")).containsExactly("kEPT0|1.00");
        assertThat(target.value("SELECT count(*) FROM word")).isEqualTo("" + copies);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void writesAThousandColumnsWithHostileNames(int copies) throws Exception {
        List<String> definitions = new ArrayList<>();
        List<StreamColumn> columns = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            String name =
                    switch (i) {
                        case 0 -> "Key \"quoted\"";
                        case 1 -> "select";
                        case 2 -> "c1";
                        case 3 -> "ü'\\ %s";
                        default -> "Column " + i;
                    };
            definitions.add('"' + name.replace("\"", "\"\"") + "\" int");
            columns.add(new StreamColumn(name, "pg_catalog.int4", false));
        }
        target.execute("CREATE SCHEMA \"My Schema\"");
        target.execute("CREATE TABLE \"My Schema\".\"Wide.Table\" (" + String.join(", ", definitions)
                + ", PRIMARY KEY (\"Key \"\"quoted\"\"\", \"Column 999\"))");
        StreamTable wide =
                new StreamTable(2, new TableId("My Schema", "Wide.Table"), columns, List.of(999, 0), false, false);
        TargetWriter writer = target.writer();
        changes.transaction(0x10);
        for (int i = 0; i < copies; i++) {
            changes.insert(wide, wideRow(i, 0));
        }
        apply(changes.commit(), writer);
        changes.transaction(0x20);
        for (int i = 0; i < copies; i++) {
            changes.update(wide, wideRow(i, 7));
        }
        apply(changes.commit(), writer);
        assertThat(target.value(
                        "SELECT count(*), sum(\"Column 500\"), min(\"select\") FROM \"My Schema\".\"Wide.Table\""))
                .isEqualTo(copies + "|" + copies * 507 + "|8");
        changes.transaction(0x30);
        for (int i = 0; i < copies; i++) {
            changes.delete(wide, wideRow(i, 0));
        }
        apply(changes.commit(), writer);
        assertThat(target.value("SELECT count(*) FROM \"My Schema\".\"Wide.Table\""))
                .isEqualTo("0");
    }

    private static String[] wideRow(int id, int more) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> i == 0 || i == 999 ? "" + id : "" + (i + more))
                .toArray(String[]::new);
    }

    @Test
    void writesPartitionedTablesThroughTheirRootAndLeavesInheritedChildrenAlone() throws Exception {
        target.execute("CREATE TABLE part (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)");
        target.execute("CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (1000)");
        target.execute("CREATE TABLE child (PRIMARY KEY (id)) INHERITS (item)");
        target.execute("INSERT INTO child VALUES (1, 'child', '')");
        StreamTable part = Changes.table(2, "part", List.of(0), "id pg_catalog.int4", "v pg_catalog.text");
        changes.transaction(0x10)
                .insert(part, "1", "a")
                .insert(part, "2", "b")
                .update(part, "1", "c")
                .delete(ITEM, "1", null, null)
                .commit();
        TargetWriter writer = target.writer();
        apply(changes, writer);
        apply(changes.transaction(0x20).delete(part, "2", null).commit(), writer);
        assertThat(target.rows("SELECT * FROM part")).containsExactly("1|c");
        assertThat(target.rows("SELECT name FROM item")).containsExactly("child");
    }

    @Test
    void stopsAtARejectedRowWithoutShowingItsValues() throws Exception {
        target.execute("ALTER TABLE item ADD CONSTRAINT short CHECK (length(name) < 10)");
        changes.transaction(0x10)
                .insert(ITEM, "1", "fine", null)
                .insert(ITEM, "2", "secret-number-4711", null)
                .commit();
        TargetWriter writer = target.writer();
        assertThatThrownBy(() -> apply(changes, writer))
                .hasMessageContaining("public.item")
                .hasMessageContaining("0/10+2")
                .hasMessageContaining("23514")
                .hasMessageContaining("short")
                .satisfies(e -> assertThat(stackText(e)).doesNotContain("4711"));
        assertThat(target.value("SELECT count(*) FROM item")).isEqualTo("0");
        assertThat(target.progress()).containsExactly("0-127@0/0+0");
    }

    @Test
    void stopsAtAValueThatTheTypeRefusesWithoutShowingIt() throws Exception {
        changes.transaction(0x10).insert(ITEM, "secret-number-4711", "x", null).commit();
        TargetWriter writer = target.writer();
        assertThatThrownBy(() -> apply(changes, writer))
                .hasMessageContaining("22P02")
                .satisfies(e -> assertThat(stackText(e)).doesNotContain("4711"));
    }

    @Test
    void namesAMissingTable() throws Exception {
        StreamTable missing = Changes.table(2, "missing", List.of(0), "id pg_catalog.int4");
        TargetWriter writer = target.writer();
        assertThatThrownBy(() ->
                        apply(changes.transaction(0x10).insert(missing, "1").commit(), writer))
                .hasMessageContaining("public.missing")
                .hasMessageContaining("does not exist");
    }

    @Test
    void writesManyTablesInOneTransaction() throws Exception {
        changes.transaction(0x10);
        for (int t = 0; t < 60; t++) {
            target.execute("CREATE TABLE t" + t + " (id int PRIMARY KEY, v text)");
            StreamTable table = Changes.table(10 + t, "t" + t, List.of(0), "id pg_catalog.int4", "v pg_catalog.text");
            for (int i = 0; i < 50; i++) {
                changes.update(table, "" + i, "v");
            }
        }
        TargetWriter writer = target.writer(0, 1, 100_000);
        apply(changes.commit(), writer);
        changes.transaction(0x20);
        for (int t = 0; t < 60; t++) {
            StreamTable table = Changes.table(10 + t, "t" + t, List.of(0), "id pg_catalog.int4", "v pg_catalog.text");
            for (int i = 0; i < 50; i++) {
                changes.delete(table, "" + i, null);
            }
            changes.update(table, "7", "again");
        }
        apply(changes.commit(), writer);
        for (int t = 0; t < 60; t++) {
            assertThat(target.rows("SELECT * FROM t" + t)).containsExactly("7|again");
        }
    }

    private static String stackText(Throwable e) {
        java.io.StringWriter text = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    private static void apply(Changes changes, TargetWriter writer) throws Exception {
        writer.write(changes.block());
        writer.flush();
    }
}
