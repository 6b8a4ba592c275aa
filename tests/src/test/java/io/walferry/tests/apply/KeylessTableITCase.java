package io.walferry.tests.apply;

import static io.walferry.tests.apply.Changes.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.apply.TargetWriter;
import io.walferry.job.model.StreamTable;
import io.walferry.tests.support.TestServers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeylessTableITCase {

    private static final StreamTable LOG = Changes.table(1, "log", List.of(), "a pg_catalog.int4", "b pg_catalog.text");

    private static final String VERSIONS =
            "SELECT string_agg(concat_ws(' ', xmin, ctid), ', ' ORDER BY ctid) FROM log WHERE a = %d";

    private final Changes changes = new Changes(0);
    private ApplyTarget target;

    @BeforeEach
    void createTarget() throws Exception {
        target = new ApplyTarget(TestServers.target());
        target.execute("CREATE TABLE log (a int, b text)");
    }

    @AfterEach
    void closeTarget() throws Exception {
        target.close();
    }

    @Test
    void takesAsManyEqualRowsAsTheSourceDid() throws Exception {
        target.execute("INSERT INTO log SELECT 1, 'x' FROM generate_series(1, 5)");
        target.execute("INSERT INTO log SELECT 2, NULL FROM generate_series(1, 3)");
        target.execute("INSERT INTO log VALUES (2, '')");
        changes.transaction(0x10)
                .delete(LOG, "1", "x")
                .delete(LOG, "1", "x")
                .delete(LOG, "2", null)
                .insert(LOG, "3", "new")
                .insert(LOG, "3", "new")
                .insert(LOG, "4", "short-lived")
                .delete(LOG, "4", "short-lived")
                .update(LOG, List.of("1", "x"), List.of("5", UNCHANGED))
                .commit();
        apply(target.writer());
        assertThat(target.rows("SELECT a, b, count(*) FROM log GROUP BY a, b ORDER BY a, b"))
                .containsExactly("1|x|2", "2||1", "2|~|2", "3|new|2", "5|x|1");
    }

    /**
     * Verification looks twice, and takes a row that is the very same then for one that nothing was done to: so a batch that takes a row
     * away and brings it back may not leave it as it is.
     */
    @Test
    void aRowThatGoesAndComesBackInOneBatchIsAnotherOne() throws Exception {
        target.execute("INSERT INTO log VALUES (1, 'x'), (2, 'untouched')");
        String before = target.value(VERSIONS.formatted(1));
        String untouched = target.value(VERSIONS.formatted(2));
        changes.transaction(0x10)
                .delete(LOG, "1", "x")
                .insert(LOG, "1", "x")
                .insert(LOG, "3", "short-lived")
                .delete(LOG, "3", "short-lived")
                .commit();
        apply(target.writer());
        assertThat(target.rows("SELECT a, b FROM log ORDER BY a")).containsExactly("1|x", "2|untouched");
        assertThat(target.value(VERSIONS.formatted(1))).isNotEqualTo(before);
        assertThat(target.value(VERSIONS.formatted(2))).isEqualTo(untouched);
    }

    /** Nor may a row that was there outlast an equal one that has come since, wherever the table has room for that. */
    @Test
    void ofEqualRowsTheOldestGoes() throws Exception {
        target.execute("INSERT INTO log VALUES (0, 'room'), (1, 'x')");
        target.execute("DELETE FROM log WHERE a = 0");
        target.execute("VACUUM log");
        String before = target.value(VERSIONS.formatted(1));
        TargetWriter writer = target.writer();
        changes.transaction(0x10).insert(LOG, "1", "x").commit();
        apply(writer);
        assertThat(target.value("SELECT min(ctid) FROM log"))
                .as("where the new one is")
                .isEqualTo("(0,1)");
        changes.transaction(0x20).delete(LOG, "1", "x").commit();
        apply(writer);
        assertThat(target.value("SELECT count(*) FROM log")).isEqualTo("1");
        assertThat(target.value(VERSIONS.formatted(1))).isNotEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "json; {\"a\": 1}; {\"a\":1}",
                "jsonb; {\"a\": 1}; {\"a\": 2}",
                "xml; <a>1</a>; <a>2</a>",
                "point; (1,2); (1,3)",
                "float8; NaN; 0",
                "float8; -0; 0",
                "float4; 0.1; 0.2",
                "numeric; 1.0; 1.00",
                "numeric; NaN; 1",
                "character(5); 'ab   '; 'abc  '",
                "interval; 1 mon; 30 days",
                "timestamptz; infinity; 2024-02-29 12:00:00.123456+00",
                "bytea; \\x00ff; \\x00fe",
                "int4[]; {1,NULL}; {1}",
                "money; $1.00; $2.00",
                "bit(3); 101; 100",
            })
    void tellsRowsApartByTheStoredValue(String type, String gone, String kept) throws Exception {
        target.execute("CREATE TABLE typed (v " + type + ")");
        String schemaType =
                "pg_catalog." + (type.startsWith("character") ? "bpchar(5)" : type.replace("bit", "\"bit\""));
        StreamTable typed = Changes.table(2, "typed", List.of(), "v " + schemaType);
        TargetWriter writer = target.writer();
        changes.transaction(0x10)
                .insert(typed, gone)
                .insert(typed, gone)
                .insert(typed, kept)
                .commit();
        apply(writer);
        changes.transaction(0x20).delete(typed, gone).commit();
        apply(writer);
        assertThat(target.value("SELECT count(*) FROM typed")).isEqualTo("2");
        changes.transaction(0x30).delete(typed, gone).commit();
        apply(writer);
        assertThat(target.value("SELECT count(*) FROM typed")).isEqualTo("1");
        changes.transaction(0x40).delete(typed, kept).commit();
        apply(writer);
        assertThat(target.value("SELECT count(*) FROM typed")).isEqualTo("0");
    }

    @Test
    void stopsWhereARowToDeleteIsNotThere() throws Exception {
        target.execute("INSERT INTO log VALUES (1, 'secret')");
        changes.transaction(0x10)
                .delete(LOG, "1", "secret")
                .delete(LOG, "1", "secret")
                .commit();
        TargetWriter writer = target.writer();
        assertThatThrownBy(() -> apply(writer))
                .hasMessageContaining("public.log")
                .hasMessageContaining("0/10+0")
                .hasMessageNotContaining("secret");
    }

    @Test
    void letsAMissingRowPassWhileTheLoadMayHaveMissedIt() throws Exception {
        changes.transaction(0x10)
                .overlap(true)
                .delete(LOG, "1", "x")
                .insert(LOG, "2", "y")
                .commit();
        apply(target.writer());
        assertThat(target.rows("SELECT * FROM log")).containsExactly("2|y");
    }

    @Test
    void findsRowsInEveryPartition() throws Exception {
        target.execute("CREATE TABLE part (a int, b text) PARTITION BY LIST (a)");
        target.execute("CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1)");
        target.execute("CREATE TABLE part2 PARTITION OF part FOR VALUES IN (2)");
        target.execute("INSERT INTO part VALUES (1, 'x'), (1, 'x'), (2, 'x'), (2, 'x')");
        StreamTable part = Changes.table(2, "part", List.of(), "a pg_catalog.int4", "b pg_catalog.text");
        changes.transaction(0x10).delete(part, "2", "x").commit();
        apply(target.writer());
        assertThat(target.rows("SELECT a, count(*) FROM part GROUP BY a ORDER BY a"))
                .containsExactly("1|2", "2|1");
    }

    @Test
    void goesRowByRowToTheOneThatIsRefused() throws Exception {
        target.execute("ALTER TABLE log ADD CONSTRAINT positive CHECK (a > 0)");
        target.execute("INSERT INTO log VALUES (1, 'x'), (1, 'x')");
        changes.transaction(0x10)
                .delete(LOG, "1", "x")
                .update(LOG, Arrays.asList("1", "x"), Arrays.asList("2", UNCHANGED))
                .insert(LOG, "-1", null)
                .commit();
        TargetWriter writer = target.writer();
        assertThatThrownBy(() -> apply(writer)).hasMessageContaining("0/10+4").hasMessageContaining("positive");
        assertThat(target.value("SELECT count(*) FROM log")).isEqualTo("2");
    }

    private void apply(TargetWriter writer) throws Exception {
        writer.write(changes.block());
        writer.flush();
    }
}
