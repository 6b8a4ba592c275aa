package io.walferry.tests.etl;

import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

    @Test
    void theTargetEqualsTheQueryOverTheSource() throws Exception {
        long seed = Long.getLong("tests.seed", System.nanoTime() % 1_000_000);
        System.out.println("Statements property test: seed " + seed);
        random = new Random(seed);
        StringBuilder file = new StringBuilder();
        StringBuilder mapping = new StringBuilder();
        for (int i = 0; i < 4; i++) {
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
            changes = 0;
            while (changes < CHANGES / 5) {
                changes += transaction(run);
            }
            run.awaitInStep();
            compare(run, seed);
            run.terminate();
        }
    }

    private int transaction(TaskRun run) throws SQLException {
        List<String> statements = new ArrayList<>();
        int count = 1 + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            statements.add(tables.get(random.nextInt(tables.size())).change());
        }
        statements.add("INSERT INTO public.plain VALUES (" + random.nextInt(1000) + ", 1)"
                + " ON CONFLICT (id) DO UPDATE SET n = plain.n + 1");
        run.inOneTransaction(statements.toArray(String[]::new));
        return count + 1;
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
