package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.TaskRun;
import org.junit.jupiter.api.Test;

/** Several tables with one target, of which one changes before the others do. */
class MergedDdlITCase {

    @Test
    void aColumnThatIsRenamedOrDroppedInOneOfThemLeavesTheRowsOfTheOthersAlone() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_merged")) {
            for (String table : new String[] {"one", "two"}) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, v text, n int)",
                        "INSERT INTO " + table + " SELECT i, '" + table + "', i FROM generate_series(1, 100) i");
            }
            run.file()
                    .checkpointInterval("500ms")
                    .more(
                            """
                            mapping:
                              - from: public.(.*)
                                to: all.rows
                                constant: {column: src, type: text, value: $1}
                            """);
            run.start().awaitChanges().awaitInStep();

            run.atSource(
                    "ALTER TABLE one RENAME v TO w",
                    "UPDATE one SET w = 'changed' WHERE id <= 10",
                    "ALTER TABLE one DROP COLUMN n",
                    "INSERT INTO one VALUES (101, 'new')",
                    "INSERT INTO two VALUES (101, 'new', 101)");
            run.awaitInStep();
            assertThat(rows(run, "src, v, w, n IS NULL"))
                    .isEqualTo("one//changed/t 10,one//new/t 1,one//one/t 90,two/new//f 1,two/two//f 100");

            run.kill();
            run.start();
            run.atSource(
                    "ALTER TABLE two RENAME v TO w",
                    "UPDATE two SET w = 'changed' WHERE id <= 20",
                    "ALTER TABLE two DROP COLUMN n");
            run.awaitInStep();
            assertThat(rows(run, "src, w"))
                    .isEqualTo("one/changed 10,one/new 1,one/one 90,two/changed 20,two/new 1,two/two 80");
            assertThat(Sql.text(
                            run.target(),
                            "SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute"
                                    + " WHERE attrelid = '\"all\".rows'::regclass AND attnum > 0 AND NOT attisdropped"))
                    .isEqualTo("id,src,w");
            run.terminate();
        }
    }

    private static String rows(TaskRun run, String columns) throws Exception {
        return Sql.text(
                run.target(),
                "SELECT string_agg(line || ' ' || n, ',' ORDER BY line) FROM (SELECT concat_ws('/', "
                        + columns.replace("v,", "coalesce(v, ''),").replace(" w", " coalesce(w, '')")
                        + ") AS line, count(*) AS n FROM \"all\".rows GROUP BY 1) x");
    }
}
