package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A changelog that is read again has rows in forms that their table has at the target no more. */
class RestartDdlITCase {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void rowsFromBeforeAChangeThatIsDoneAreNotReadAsNew() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_restart")) {
            // No checkpoint comes between, so all of it is read again.
            run.file().checkpointInterval("5min");
            run.atSource(
                    "CREATE TABLE item (id int PRIMARY KEY, name text, size int)",
                    "INSERT INTO item SELECT i, 'item ' || i, i FROM generate_series(1, 1000) i");
            run.start().awaitChanges();
            run.atSource(
                    "INSERT INTO item SELECT i, 'older', i FROM generate_series(2001, 2500) i",
                    "UPDATE item SET size = -size WHERE id % 3 = 0",
                    "ALTER TABLE item DROP COLUMN size",
                    "INSERT INTO item SELECT i, 'old' FROM generate_series(3001, 3500) i",
                    "ALTER TABLE item ADD COLUMN size text DEFAULT 'new'",
                    "INSERT INTO item VALUES (4001, 'last', 'newest')");
            Await.until("the last row is there", LIMIT, run.inStep()::state, () -> {
                run.job().requireAlive();
                return Sql.is(run.target(), "SELECT EXISTS (SELECT FROM item WHERE id = 4001)");
            });
            run.kill();
            run.file().checkpointInterval("500ms");
            run.start();
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            assertThat(Sql.text(run.target(), "SELECT count(*)::text FROM walferry.reload"))
                    .as("tables that had to be loaded anew")
                    .isEqualTo("0");
            run.terminate();
        }
    }
}
