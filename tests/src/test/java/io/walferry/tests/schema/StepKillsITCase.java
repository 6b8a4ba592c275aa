package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The job is killed in the midst of statements that make structure, before the load and after it, and started again: in the end
 * everything is there. The target holds a chosen statement until the job is dead. With {@code -Dtests.stride=1} it is killed at
 * every statement, at some seconds each.
 */
class StepKillsITCase {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int STRIDE = Integer.getInteger("tests.stride", 60);

    private static final String HOLD =
            """
            CREATE SCHEMA hold;
            CREATE SEQUENCE hold.statements;
            CREATE TABLE hold.at (statement bigint);
            INSERT INTO hold.at VALUES (0);
            CREATE FUNCTION hold.wait() RETURNS event_trigger LANGUAGE plpgsql AS $$
              BEGIN
                -- The writers' staging tables, the task's records and what an extension is made of are no steps.
                IF current_query() !~* 'TEMP|walferry|CREATE EXTENSION' AND nextval('hold.statements') = (SELECT statement FROM hold.at) THEN
                  PERFORM pg_advisory_xact_lock(4711);
                END IF;
              END $$;
            CREATE EVENT TRIGGER hold ON ddl_command_start EXECUTE FUNCTION hold.wait();
            ALTER EVENT TRIGGER hold ENABLE ALWAYS""";

    private static final String HELD = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711"
            + " AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    @Test
    void whatWasBegunIsFinished() throws Exception {
        Random random = new Random(Long.getLong("tests.seed", 42));
        try (TaskRun run = TaskRun.shared("step_kills")) {
            for (String script : List.of("objects.sql", "objects-11.sql", "objects-14.sql")) {
                run.atSource(resource(script));
            }
            run.atSource(
                    "INSERT INTO app.customer (name) SELECT 'zwq7value' || i FROM generate_series(1, 200) i",
                    "INSERT INTO app.\"Order\" (\"Id\", customer_id, total) SELECT i, i, i FROM generate_series(1, 200) i");
            run.atTarget(HOLD, "SELECT pg_advisory_lock(4711)");
            run.file().schemas("app", "base", "\"Mixed Case\"");
            int killsBefore = 0;
            int killsAfter = 0;
            long objects = -1;
            int stalled = 0;
            while (true) {
                long done = run.inStep().phase().isEmpty()
                        ? 0
                        : number(run, "SELECT count(*) FROM walferry.object WHERE state = 'done'");
                // A kill takes back the step it falls into, so where nothing was done the next one has to fall further
                // on.
                stalled = done > objects ? 0 : stalled + 1;
                objects = done;
                run.atTarget("UPDATE hold.at SET statement = (SELECT last_value FROM hold.statements) + "
                        + (1 + stalled + random.nextInt(STRIDE)));
                run.start();
                Await.until("a statement is held or all is made", LIMIT, run.inStep()::state, () -> {
                    run.job().requireAlive();
                    return number(run, "SELECT count(*) FROM (" + HELD + ") h") > 0 || complete(run);
                });
                if (complete(run)) {
                    break;
                }
                if (run.inStep().phase().isEmpty() || number(run, "SELECT count(slot_lsn) FROM walferry.task") == 0) {
                    killsBefore++;
                } else {
                    killsAfter++;
                }
                run.kill();
                run.atTarget("SELECT pg_terminate_backend(pid) FROM (" + HELD + ") h");
            }
            System.out.println("Killed at " + killsBefore + " statements before the slot, " + killsAfter + " after it");
            assertThat(killsBefore).isPositive();
            assertThat(killsAfter).isPositive();
            run.atTarget("DROP EVENT TRIGGER hold", "DROP SCHEMA hold CASCADE");
            run.assertInStep();
            assertThat(
                            texts(
                                    run,
                                    "SELECT kind || ' ' || identity FROM walferry.object WHERE state NOT IN ('done', 'left_out')"))
                    .isEmpty();
            List<String> source = StructureFacts.read(run.source());
            List<String> target = StructureFacts.read(run.target());
            assertThat(source.stream().filter(fact -> !target.contains(fact)).filter(fact -> ObjectsITCase.TOLD.stream()
                            .noneMatch(("-" + fact)::startsWith)))
                    .isEmpty();
            assertThat(target.stream().filter(fact -> !source.contains(fact)).filter(fact -> ObjectsITCase.TOLD.stream()
                            .noneMatch(("+" + fact)::startsWith)))
                    .isEmpty();
            run.terminate();
        }
    }

    /** All objects are there, and changes are followed. */
    private static boolean complete(TaskRun run) throws SQLException {
        return run.inStep().phase().equals("changes")
                && number(run, "SELECT count(*) FROM walferry.object WHERE state = 'waiting'") == 0;
    }

    private static String resource(String name) throws Exception {
        try (InputStream file = StepKillsITCase.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long number(TaskRun run, String query) throws SQLException {
        return Long.parseLong(texts(run, query).get(0));
    }

    private static List<String> texts(TaskRun run, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = run.target().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
