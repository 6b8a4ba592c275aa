package io.walferry.tests.etl;

import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random tables, conditions, projections and changes, with kills in between: at rest the target equals the same query run by
 * PostgreSQL at the source. {@code -Dtests.seed=…} repeats a run, {@code -Dtests.etl.changes=…} makes it longer.
 */
class PropertyITCase {

    private static final int CHANGES = Integer.getInteger("tests.etl.changes", 2_500);
    private static final int KILLS = 3;
    private static final int START_ROWS = 300;

    @TempDir
    private Path directory;

    private Random random;
    private final List<RandomStatement> tables = new ArrayList<>();
    /** Rows changed, by kind of change and replica identity. */
    private final Map<String, Integer> covered = new TreeMap<>();

    @Test
    void theTargetEqualsTheQueryOverTheSource() throws Exception {
        long seed = Long.getLong("tests.seed", System.nanoTime() % 1_000_000);
        System.out.println("Statements property test: seed " + seed);
        random = new Random(seed);
        StringBuilder file = new StringBuilder();
        StringBuilder mapping = new StringBuilder();
        for (int i = 0; i < RandomStatement.KINDS; i++) {
            RandomStatement table = new RandomStatement(random, i);
            tables.add(table);
            if (table.isFilter()) {
                mapping.append("  - {table: public.").append(table.name()).append(", filter: \"");
                mapping.append(table.condition()).append("\"}\n");
            } else {
                file.append(table.insert()).append(";\n");
            }
        }
        Path statements = Files.writeString(directory.resolve("etl.sql"), file);
        try (TaskRun run = TaskRun.shared("etl_property")) {
            for (RandomStatement table : tables) {
                run.atSource(table.create());
                run.atSource(table.insertRows(START_ROWS));
            }
            run.atSource("CREATE TABLE public.plain (id bigint PRIMARY KEY, n int)", "ANALYZE");
            run.file()
                    .chunkRows(100)
                    .batchRows(200)
                    .checkpointInterval("300ms")
                    .more((mapping.isEmpty() ? "" : "mapping:\n" + mapping)
                            + (file.isEmpty() ? "" : "etl: {file: " + statements + "}\n"));
            run.start();
            int changes = 0;
            int killed = 0;
            while (changes < CHANGES) {
                changes += transaction(run);
                if (changes > (killed + 1) * CHANGES / (KILLS + 1) && killed < KILLS) {
                    // The first kill may hit the load, the others the changes.
                    if (killed > 0) {
                        run.awaitChanges();
                    }
                    run.kill();
                    killed++;
                    changes += transaction(run);
                    run.start();
                }
            }
            run.awaitChanges().awaitInStep();
            compare(run, seed);
            requireCovered(seed);
            changes = 0;
            while (changes < CHANGES / 5) {
                changes += transaction(run);
            }
            run.awaitInStep();
            compare(run, seed);
            run.terminate();
        }
    }

    /** Returns how many rows it has changed. */
    private int transaction(TaskRun run) throws SQLException {
        int rows = 0;
        Connection source = run.source();
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            int count = 1 + random.nextInt(20);
            for (int i = 0; i < count; i++) {
                RandomStatement table = tables.get(random.nextInt(tables.size()));
                RandomStatement.Change change = table.change();
                statement.execute(change.sql());
                int changed = 0;
                for (int more = statement.getUpdateCount(); more >= 0; more = statement.getUpdateCount()) {
                    changed += more;
                    statement.getMoreResults();
                }
                if (changed > 0) {
                    rows += changed;
                    covered.merge(change.kind() + " with " + table.replicaIdentity(), changed, Integer::sum);
                }
            }
            statement.execute("INSERT INTO public.plain VALUES (" + random.nextInt(1000) + ", 1)"
                    + " ON CONFLICT (id) DO UPDATE SET n = plain.n + 1");
            source.commit();
        } finally {
            source.rollback();
            source.setAutoCommit(true);
        }
        return rows + 1;
    }

    /** Every kind of change has met both replica identities. */
    private void requireCovered(long seed) {
        System.out.println("Statements property test: rows changed " + covered);
        for (String kind : List.of("insert", "delete", "update", "several", "key", "large", "key and large")) {
            assertThat(covered).as("seed %d", seed).containsKeys(kind + " with full", kind + " with default");
        }
        assertThat(covered.keySet()).as("seed %d", seed).anyMatch(kind -> kind.startsWith("truncate"));
        assertThat(covered.values().stream().mapToInt(Integer::intValue).sum())
                .as("seed %d", seed)
                .isGreaterThanOrEqualTo(2_000);
        assertThat(tables).extracting(RandomStatement::hasKey).contains(true, false);
        assertThat(tables).extracting(RandomStatement::isFilter).contains(true, false);
    }

    private void compare(TaskRun run, long seed) throws SQLException {
        for (RandomStatement table : tables) {
            assertThat(rows(run.target(), table.atTarget()))
                    .as("seed %d: %s", seed, table.atSource())
                    .containsExactlyElementsOf(rows(run.source(), table.atSource()));
        }
        assertThat(rows(run.target(), "SELECT * FROM public.plain"))
                .containsExactlyElementsOf(rows(run.source(), "SELECT * FROM public.plain"));
    }
}
