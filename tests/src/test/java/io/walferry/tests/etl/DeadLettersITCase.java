package io.walferry.tests.etl;

import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code etl.bad-rows: skip}: rows that a statement fails on become dead letters, exactly once, for as long as they are bad. */
class DeadLettersITCase {

    /** A value is parsed whatever the condition says; what is computed of it is not. */
    private static final String BAD = "(amount = 'NaN' OR n > 0 AND code !~ '^[0-9]+$')";

    @TempDir
    private Path directory;

    @Test
    void theTargetHasAllRowsButTheBadOnesAcrossKillsAndOtherNumbersOfWriters() throws Exception {
        long seed = Long.getLong("tests.seed", System.nanoTime() % 1_000_000);
        System.out.println("Dead letters test: seed " + seed);
        Random random = new Random(seed);
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                """
                INSERT INTO public.item
                SELECT id, part, CAST(code AS INT) AS code, amount * 2 AS twice, n, big FROM public.item WHERE n > 0
                """);
        try (TaskRun run = TaskRun.shared("dead_letters")) {
            run.atSource(
                    "CREATE TABLE public.item (id int, part text, code text, amount numeric(10,2), n int, big text,"
                            + " PRIMARY KEY (part, id))",
                    "ALTER TABLE public.item ALTER COLUMN big SET STORAGE EXTERNAL",
                    "INSERT INTO public.item SELECT i, 'p\t\"' || i % 3, CASE WHEN i % 9 = 0 THEN E'zwq7value\\n\\\\' ELSE i::text END,"
                            + " CASE WHEN i % 50 = 1 THEN 'NaN'::numeric ELSE i END, i % 4, repeat('b' || i, 1000)"
                            + " FROM generate_series(1, 400) i",
                    "ANALYZE");
            start(run, statements, 2, 5000);
            run.awaitChanges().awaitInStep();
            compare(run, seed);
            for (int writers : new int[] {1, 3}) {
                for (int i = 0; i < 25; i++) {
                    run.inOneTransaction(change(random), change(random), change(random), change(random));
                    if (i == 15) {
                        run.kill();
                    }
                }
                start(run, statements, writers, 5000);
                run.awaitChanges().awaitInStep();
                compare(run, seed);
            }
            // With the old row known, an update that decides nothing is known too; but the row may still be there.
            run.atSource(
                    "ALTER TABLE public.item REPLICA IDENTITY FULL",
                    "INSERT INTO public.item VALUES (5000, 'f', '1', 1, 1, NULL)",
                    "UPDATE public.item SET n = 0, amount = 'NaN' WHERE id = 5000",
                    "UPDATE public.item SET amount = 2 WHERE id = 5000");
            run.awaitInStep();
            compare(run, seed);
            run.atSource("UPDATE public.item SET code = '5', amount = 1 WHERE id % 2 = 0");
            run.awaitInStep();
            compare(run, seed);
            run.atSource("UPDATE public.item SET code = 'x', n = 1 WHERE id <= 20");
            run.awaitInStep();
            command(run, statements);
            run.atSource("UPDATE public.item SET code = 'y', n = 1 WHERE id BETWEEN 21 AND 30");
            run.awaitInStep();
            assertThat(rows(run.target(), "SELECT row_key FROM walferry.dead_letter"))
                    .isNotEmpty();
            run.atSource("TRUNCATE public.item", "INSERT INTO public.item VALUES (1, 'a', 'one', 1, 1, NULL)");
            run.awaitInStep();
            compare(run, seed);
            run.terminate();

            start(run, statements, 2, 1);
            run.awaitChanges();
            run.atSource("INSERT INTO public.item VALUES (2, 'a', 'two', 1, 1, NULL)");
            assertThat(run.job().awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(run.job().output())
                    .contains("statements of filters or ETL fail on more than 1 rows (etl.dead-letters)");
            assertThat(rows(run.target(), "SELECT row_key FROM walferry.dead_letter"))
                    .hasSize(1);
        }
    }

    private static void start(TaskRun run, Path statements, int writers, int limit) throws Exception {
        run.file()
                .writers(writers)
                .chunkRows(100)
                // With one row, a batch is full before what tells of it.
                .batchRows(writers == 3 ? 1 : 20)
                .checkpointInterval("300ms")
                .more("etl: {file: " + statements + ", bad-rows: skip, dead-letters: " + limit + "}\n");
        run.start();
    }

    private static String change(Random random) {
        String some = " WHERE id % 40 = " + random.nextInt(40);
        return switch (random.nextInt(8)) {
            case 0 -> "UPDATE public.item SET code = 'bad'" + some;
            case 1 -> "UPDATE public.item SET code = '" + random.nextInt(100) + "'" + some;
            case 2 -> "UPDATE public.item SET n = 1 - n" + some;
            case 3 -> "UPDATE public.item SET amount = " + (random.nextBoolean() ? "'NaN'" : "7") + some;
            case 4 -> "UPDATE public.item SET part = part || 'x" + random.nextInt() + "'" + some;
            case 5 -> "DELETE FROM public.item" + some + " AND id % 3 = " + random.nextInt(3);
            case 6 -> "INSERT INTO public.item SELECT i, 'new', CASE WHEN i % 2 = 0 THEN '1' ELSE 'no' END, i, 1, NULL"
                    + " FROM generate_series(1000, 1200, 7) i ON CONFLICT DO NOTHING";
            default -> "UPDATE public.item SET n = 1, code = '8', amount = 1" + some;
        };
    }

    private static void compare(TaskRun run, long seed) throws Exception {
        List<String> bad = rows(run.source(), "SELECT part, id FROM public.item WHERE " + BAD);
        assertThat(rows(
                        run.target(),
                        "SELECT row_key::json ->> 'part', row_key::json ->> 'id' FROM walferry.dead_letter"))
                .as("seed %d", seed)
                .containsExactlyElementsOf(bad);
        assertThat(rows(
                        run.target(),
                        "SELECT id, part, code, twice, n, big FROM public.item WHERE (part, id::text) NOT IN (SELECT"
                                + " row_key::json ->> 'part', row_key::json ->> 'id' FROM walferry.dead_letter)"))
                .as("seed %d", seed)
                .containsExactlyElementsOf(rows(
                        run.source(),
                        "SELECT id, part, CASE WHEN code ~ '^[0-9]+$' THEN code::int END, amount * 2, n, big FROM public.item"
                                + " WHERE n > 0 AND NOT COALESCE(" + BAD + ", false)"));
        assertThat(rows(run.target(), "SELECT original ->> 'id', original ->> 'code' FROM walferry.dead_letter"))
                .as("seed %d", seed)
                .containsExactlyElementsOf(rows(run.source(), "SELECT id, code FROM public.item WHERE " + BAD));
    }

    private void command(TaskRun run, Path statements) throws Exception {
        Path task = run.file().write(directory.resolve("task.yaml"));
        assertThat(walferry("status", task.toString(), "--json")).containsPattern("\"dead-letters\" ?: ?[1-9]");
        assertThat(walferry("status", task.toString())).contains("dead letters (walferry dead-letter list)");
        assertThat(walferry("dead-letter", "list", task.toString()))
                .contains("public.item", "update at ", "its statement fails with NumberFormatException")
                .doesNotContain("zwq7value");
        assertThat(walferry("dead-letter", "list", task.toString(), "--json", "--last", "1"))
                .contains("\"operation\" : \"update\"", "\"original\" : {");
        assertThat(walferry("dead-letter", "drop", task.toString(), "--table", "public.other"))
                .contains("0 dropped");
        assertThat(walferry("dead-letter", "drop", task.toString())).contains("dropped");
        assertThat(rows(run.target(), "SELECT row_key FROM walferry.dead_letter"))
                .isEmpty();
    }

    private String walferry(String... arguments) throws Exception {
        Path output = directory.resolve("output");
        try (WalferryProcess process = WalferryProcess.start(
                Path.of("..").toAbsolutePath().normalize(),
                Map.of(),
                ProcessBuilder.Redirect.to(output.toFile()),
                arguments)) {
            assertThat(process.exitStatus()).as(Files.readString(output)).isZero();
        }
        return Files.readString(output);
    }
}
