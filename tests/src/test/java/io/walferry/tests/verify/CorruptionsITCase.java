package io.walferry.tests.verify;

import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerifySettings.RepairMode;
import io.walferry.tests.support.TaskRun;
import org.junit.jupiter.api.Test;

/** Whatever is planted at the target is found, exactly, and mended, while the task runs. */
class CorruptionsITCase {

    @Test
    void areFoundExactlyAndRepaired() throws Exception {
        try (TaskRun run = TaskRun.shared("corruptions")) {
            run.atSource(
                    "CREATE TABLE big (id bigint PRIMARY KEY, v int, note text)",
                    "INSERT INTO big SELECT i, i % 1000, 'zwq7value' || i FROM generate_series(1, 1000000) i",
                    "CREATE TABLE item (id serial PRIMARY KEY, t text, n numeric, f float8, r float4, at timestamp, j jsonb,"
                            + " c char(5), b bytea, a text[], CONSTRAINT n_ok CHECK (n > -1000))",
                    "INSERT INTO item (t, n, f, r, at, j, c, b, a) SELECT 'zwq7value' || i, i / 8.0, i / 7.0::float8, i / 3.0,"
                            + " timestamp '2024-01-01' + i * interval '1.000001 s', jsonb_build_object('a', i, 'b', '1'),"
                            + " 'c' || i % 10, decode(md5(i::text), 'hex'), ARRAY[i::text, NULL]"
                            + " FROM generate_series(1, 2000) i",
                    "UPDATE item SET t = '' WHERE id = 7",
                    "CREATE INDEX item_t ON item (t)",
                    "CREATE TABLE line (item int, what text)",
                    "ALTER TABLE line REPLICA IDENTITY FULL",
                    "INSERT INTO line SELECT i % 50, 'zwq7value' || i % 10 FROM generate_series(1, 3000) i",
                    "ANALYZE");
            run.start().awaitChanges().awaitInStep();
            Verification verification = Verification.of(run.file());
            VerificationReport clean = verification.run();
            assertThat(clean.equal()).as(clean.toString()).isTrue();
            assertThat(clean.sourceRows()).isEqualTo(1_005_000);

            run.atTarget(
                    "UPDATE big SET v = v + 1 WHERE id = 654321",
                    "DELETE FROM big WHERE id = 17",
                    "INSERT INTO big VALUES (-5, 5, 'zwq7value')",
                    "INSERT INTO line SELECT * FROM line LIMIT 1",
                    "DELETE FROM line WHERE ctid IN (SELECT ctid FROM line WHERE item = 7 AND what = 'zwq7value7' LIMIT 2)",
                    "UPDATE item SET t = t || ' ' WHERE id = 1",
                    "UPDATE item SET t = NULL WHERE id = 7",
                    "UPDATE item SET n = 0.1250 WHERE id = 1",
                    "UPDATE item SET n = n::text::numeric(20, 5) WHERE id = 3",
                    "UPDATE item SET f = f + 0.00000000000001 WHERE id = 10",
                    "UPDATE item SET r = r + 0.000001 WHERE id = 11",
                    "UPDATE item SET at = at + interval '1 microsecond' WHERE id = 12",
                    "UPDATE item SET j = '{\"b\": \"1\", \"a\": 13}' WHERE id = 13",
                    "UPDATE item SET j = '{\"b\": 1, \"a\": 14}' WHERE id = 14",
                    "UPDATE item SET c = 'x' WHERE id = 15",
                    "UPDATE item SET a = ARRAY['16', ''] WHERE id = 16",
                    "UPDATE item SET b = b || '\\x00' WHERE id = 17",
                    "UPDATE item SET id = -1 WHERE id = 18",
                    "DROP INDEX item_t",
                    "ALTER TABLE item DROP CONSTRAINT n_ok",
                    "ALTER TABLE item ADD CONSTRAINT n_ok CHECK (n > -1000) NOT VALID",
                    "SELECT setval('item_id_seq', 5)");
            VerificationReport dirty = verification.run();
            assertThat(Verification.found(dirty))
                    .containsExactly(
                            "different public.big {654321} v",
                            "different public.item {10} f",
                            "different public.item {11} r",
                            "different public.item {12} at",
                            "different public.item {14} j",
                            "different public.item {15} c",
                            "different public.item {16} a",
                            "different public.item {17} b",
                            "different public.item {1} t, n",
                            "different public.item {3} n",
                            "different public.item {7} t",
                            "extra public.big {-5}",
                            "extra public.item {-1}",
                            "extra public.line x1",
                            "missing public.big {17}",
                            "missing public.item {18}",
                            "missing public.line x2");
            assertThat(Verification.objects(dirty))
                    .containsExactly(
                            "constraint n_ok of table public.item: it is not validated",
                            "index public.item_t: it is missing",
                            "sequence public.item_id_seq: its next value is 6, at the source 2001");
            assertThat(dirty.equal()).isFalse();

            VerificationReport dry = verification.run(RepairMode.DRY_RUN);
            assertThat(dry.differingRows()).isEqualTo(18);
            // Were a position free, a writer could commit a change between what a repair reads and what it writes.
            run.atTarget(
                    "CREATE SCHEMA watch",
                    "CREATE TABLE watch.repair (held bigint, positions bigint)",
                    """
                    CREATE FUNCTION watch.look() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                      IF current_setting('application_name') LIKE '% verify' THEN
                        INSERT INTO watch.repair SELECT count(*) FILTER (WHERE xmax::text::bigint = txid_current() % (1::bigint << 32)),
                          count(*) FROM walferry.progress WHERE task = 'corruptions';
                      END IF;
                      RETURN COALESCE(NEW, OLD);
                    END$$""",
                    "CREATE TRIGGER watch BEFORE INSERT OR UPDATE OR DELETE ON big FOR EACH ROW EXECUTE FUNCTION watch.look()",
                    "ALTER TABLE big ENABLE ALWAYS TRIGGER watch");
            VerificationReport repaired = verification.run(RepairMode.WRITE);
            assertThat(rows(run.target(), "SELECT held = positions AND held > 0 FROM watch.repair"))
                    .containsExactly("(t)", "(t)", "(t)");
            assertThat(repaired.equal()).as(repaired.toString()).isTrue();
            assertThat(repaired.tables().stream()
                            .mapToLong(VerificationReport.Table::repaired)
                            .sum())
                    .isEqualTo(18);
            VerificationReport after = verification.run();
            assertThat(after.equal()).as(after.toString()).isTrue();
            run.assertInStep();
            run.terminate();
        }
    }
}
