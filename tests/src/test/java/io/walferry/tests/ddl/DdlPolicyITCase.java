package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.TaskFile;
import io.walferry.job.control.StructureLedger;
import io.walferry.job.pipeline.StructureDecisions;
import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the task file says about kinds of changes, and what a person decides when the target refuses one. */
class DdlPolicyITCase {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    @Test
    void aKindIsIgnoredOrStopsTheTaskAndAFailedChangeIsSkippedOrReplaced() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_policy")) {
            run.file()
                    .checkpointInterval("500ms")
                    .more("ddl: {default: apply, create-view: ignore, drop-table: stop}\n");
            run.atSource(
                    "CREATE TABLE a (id int PRIMARY KEY, v text)",
                    "CREATE TABLE b (id int PRIMARY KEY)",
                    "INSERT INTO b VALUES (1)");
            run.start().awaitChanges();
            Await.until("both sides agree", LIMIT, () -> "", () -> Sql.text(
                            run.target(), "SELECT (consistent_at IS NOT NULL)::text FROM walferry.task")
                    .equals("true"));
            run.atTarget("CREATE TABLE own (id int)", "CREATE INDEX taken ON own (id)");
            run.atSource(
                    "CREATE VIEW w AS SELECT 1 AS one",
                    "CREATE INDEX taken ON a (v)",
                    "INSERT INTO a VALUES (1, 'x')",
                    "DROP TABLE b",
                    "ALTER TABLE a ADD COLUMN n int DEFAULT 5",
                    "INSERT INTO a VALUES (2, 'y', 6)");

            assertThat(run.job().awaitExit(LIMIT)).isEqualTo(1);
            assertThat(run.job().output()).contains("CREATE INDEX at", "\"taken\" already exists", "walferry ddl skip");
            decide(run, "apply", "CREATE INDEX not_taken ON public.a (v)");

            run.start();
            assertThat(run.job().awaitExit(LIMIT)).isEqualTo(1);
            assertThat(run.job().output())
                    .contains(
                            "DROP TABLE at",
                            "the task file says to stop at it",
                            "DROP TABLE IF EXISTS \"public\".\"b\"");
            decide(run, "skip", null);

            run.start().awaitInStep();
            run.assertEqual("public.own", "public.b");
            assertThat(Sql.text(run.target(), "SELECT to_regclass('public.not_taken')::text"))
                    .isEqualTo("not_taken");
            assertThat(Sql.text(run.target(), "SELECT to_regclass('public.b')::text"))
                    .isEqualTo("b");
            assertThat(Sql.text(run.target(), "SELECT to_regclass('public.w')::text"))
                    .isEmpty();
            assertThat(list(run))
                    .extracting(step -> step.tag() + " " + step.state())
                    .containsExactly(
                            "CREATE VIEW ignored",
                            "CREATE INDEX replaced",
                            "DROP TABLE skipped",
                            "ALTER TABLE applied");
            run.terminate();
        }
    }

    @Test
    void aTableAndASchemaHaveTheirOwnPolicies() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_policies")) {
            String policies =
                    """
                    ddl:
                      default: apply
                      schemas: {archive*: {default: ignore, drop-table: apply}}
                      tables:
                        public.fixed: ignore
                        public.parts: ignore
                        public.renamed: ignore
                        public.watched: {alter-table: %s}
                    """;
            run.file().schemas("public", "archive").checkpointInterval("500ms").more(policies.formatted("stop"));
            run.atSource("CREATE SCHEMA archive");
            for (String table : List.of("fixed", "follows", "watched", "archive.old", "archive.gone")) {
                run.atSource("CREATE TABLE " + table + " (id int PRIMARY KEY, v text)");
            }
            run.atSource(
                    "ALTER TABLE fixed ADD COLUMN n serial",
                    "CREATE TABLE parts (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                    "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (1000)",
                    "CREATE SEQUENCE archive.numbers",
                    "CREATE MATERIALIZED VIEW archive.counted AS SELECT count(*) AS n FROM archive.old");
            run.start().awaitChanges();
            Await.until("both sides agree", LIMIT, () -> "", () -> Sql.text(
                            run.target(), "SELECT (consistent_at IS NOT NULL)::text FROM walferry.task")
                    .equals("true"));
            run.atSource(
                    "CREATE INDEX fixed_v ON fixed (v)",
                    "CREATE INDEX follows_v ON follows (v)",
                    "CREATE INDEX follows_id ON follows (id, v)",
                    "ALTER TABLE fixed ALTER v SET DEFAULT 'x'",
                    "ALTER TABLE follows ALTER v SET DEFAULT 'x'",
                    "DROP INDEX fixed_v, follows_v",
                    "CREATE INDEX parts_1_v ON parts_1 (v)",
                    "ALTER SEQUENCE fixed_n_seq INCREMENT 5",
                    "ALTER SEQUENCE archive.numbers RESTART WITH 77",
                    "INSERT INTO archive.old VALUES (1)",
                    "REFRESH MATERIALIZED VIEW archive.counted",
                    "ALTER TABLE follows RENAME TO renamed",
                    "CREATE INDEX fixed_w ON fixed (v, id)",
                    "CREATE VIEW archive.view AS SELECT id FROM archive.old",
                    "CREATE INDEX old_v ON archive.old (v)",
                    "DROP TABLE archive.gone",
                    "CREATE INDEX watched_v ON watched (v)",
                    "ALTER TABLE fixed ALTER v TYPE text USING v || 'z'",
                    "INSERT INTO fixed VALUES (1)",
                    "INSERT INTO watched VALUES (1, 'x')",
                    "ALTER TABLE watched ALTER v TYPE text USING upper(v)",
                    "ALTER TABLE watched ADD COLUMN n int DEFAULT 5",
                    "INSERT INTO watched VALUES (2, 'y', 6)");

            assertThat(run.job().awaitExit(LIMIT)).isEqualTo(1);
            assertThat(run.job().output())
                    .contains(
                            "ALTER TABLE at",
                            "the task file says to stop at it",
                            "walferry ddl skip",
                            "change ddl in the task file");
            assertThat(run.job().output()).as("what keeps its type, too").doesNotContain("ADD COLUMN \"n\"");
            assertThat(Sql.text(run.target(), "SELECT count(*)::text FROM walferry.reload"))
                    .as("tables whose values the changelog lacks, and that are to stay as they are")
                    .isEqualTo("0");
            assertThat(indexes(run))
                    .isEqualTo(
                            "fixed_pkey,follows_id,follows_pkey,old_pkey,parts_1_pkey,parts_pkey,watched_pkey,watched_v");
            assertThat(Sql.text(
                            run.target(),
                            "SELECT concat_ws(' ', (SELECT seqincrement FROM pg_sequence WHERE seqrelid ="
                                    + " 'fixed_n_seq'::regclass), (SELECT last_value FROM archive.numbers),"
                                    + " (SELECT n FROM archive.counted))"))
                    .isEqualTo("1 1 0");
            assertThat(Sql.text(
                            run.target(),
                            "SELECT to_regclass('archive.view')::text || to_regclass('archive.gone')::text"))
                    .isEmpty();
            assertThat(Sql.text(
                            run.target(),
                            "SELECT string_agg(adrelid::regclass::text, ',') FROM pg_attrdef WHERE adnum = 2 AND adrelid IN"
                                    + " ('fixed'::regclass, 'renamed'::regclass)"))
                    .isEqualTo("renamed");

            run.file().more(policies.formatted("apply"));
            run.start().awaitInStep();
            run.assertEqual();
            run.terminate();
        }
    }

    private static String indexes(TaskRun run) throws Exception {
        return Sql.text(
                run.target(),
                "SELECT string_agg(indexname, ',' ORDER BY indexname) FROM pg_indexes"
                        + " WHERE schemaname IN ('public', 'archive')");
    }

    private void decide(TaskRun run, String what, String statements) throws Exception {
        try (StructureDecisions decisions = open(run)) {
            assertThat(decisions.decide(what, statements)).isTrue();
        }
    }

    private List<StructureLedger.Recorded> list(TaskRun run) throws Exception {
        try (StructureDecisions decisions = open(run)) {
            return decisions.list(100);
        }
    }

    private StructureDecisions open(TaskRun run) throws Exception {
        Path file = run.file().write(Files.createTempFile(directory, "task", ".yaml"));
        return StructureDecisions.open(TaskFile.load(file, System::getenv));
    }
}
