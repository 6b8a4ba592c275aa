package io.walferry.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.etl.UserFunction;
import io.walferry.tests.mapping.SameRows;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.Comparison;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.InStep;
import io.walferry.tests.support.TaskFile;
import io.walferry.tests.support.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code flink run} of the job jar on a stock cluster, and what a cluster adds: TaskManagers that die. */
class FlinkRunITCase {

    private static final Path JOB =
            Path.of("..", "job", "target").toAbsolutePath().normalize();

    private static final String STATEMENTS =
            """
            CREATE FUNCTION DISCOUNT AS 'shop.Discount';
            INSERT INTO public.price
            SELECT id, DISCOUNT(amount) AS amount, MASK(note) AS note FROM public.price WHERE amount > 100
            """;

    private static final String PRICES =
            "SELECT id, amount - amount / 10, repeat('*', length(note)) FROM public.price WHERE amount > 100";

    @TempDir
    private Path directory;

    @Test
    void runsOnAStockClusterAndOutlivesATaskManager() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "flink_run");
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget();
                Statement statement = source.createStatement()) {
            statement.execute("CREATE TABLE public.item (id int PRIMARY KEY, name text)");
            statement.execute("INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 20000) i");
            statement.execute("CREATE TABLE public.event (what text)");
            statement.execute("ALTER TABLE public.event REPLICA IDENTITY FULL");
            statement.execute("CREATE TABLE public.price (id int PRIMARY KEY, amount int, note text)");
            statement.execute(
                    "INSERT INTO public.price SELECT i, i, 'zwq7value ' || i FROM generate_series(1, 2000) i");
            Path functions = UserFunction.jar(directory);
            Path statements = Files.writeString(directory.resolve("etl.sql"), STATEMENTS);
            Path task = new TaskFile("flink_run", pair, directory.resolve("checkpoints"))
                    .schemas("public")
                    .checkpointInterval("1s")
                    .more("etl: {file: " + statements + ", jars: [" + functions + "]}\n")
                    .write(directory.resolve("task.yaml"));
            try (StandaloneCluster cluster = new StandaloneCluster(directory, JOB.resolve("flink-lib"), 2, 2)) {
                Process cli =
                        cluster.run("-d", "-C", functions.toUri().toString(), jobJar().toString(), task.toString());
                assertThat(cli.waitFor(90, TimeUnit.SECONDS)).isTrue();
                assertThat(cli.exitValue())
                        .as(Files.readString(cluster.log("cli")))
                        .isZero();
                InStep inStep = new InStep(source, target, "flink_run");
                inStep.awaitChanges(Duration.ofSeconds(60), () -> true);
                for (int i = 0; i < 50; i++) {
                    write(statement, i);
                }
                inStep.await(Duration.ofSeconds(60), () -> true);

                cluster.killTaskManager(0);
                for (int i = 50; i < 100; i++) {
                    write(statement, i);
                }
                cluster.addTaskManager();
                inStep.await(Duration.ofSeconds(90), () -> true);
                assertThat(Comparison.of(source, target, List.of("public.price"))
                                .differences())
                        .isEmpty();
                assertThat(SameRows.rows(target, "SELECT id, amount, note FROM public.price"))
                        .hasSizeGreaterThan(1000)
                        .containsExactlyElementsOf(SameRows.rows(source, PRICES));
                Path stopped = directory.resolve("stop.log");
                try (WalferryProcess stop = WalferryProcess.start(
                        Path.of("..").toAbsolutePath().normalize(),
                        Map.of(),
                        ProcessBuilder.Redirect.to(stopped.toFile()),
                        "stop",
                        task.toString(),
                        "--rest",
                        cluster.address(),
                        "--savepoint",
                        "--savepoint-directory",
                        directory.resolve("savepoints").toUri().toString())) {
                    assertThat(stop.exitStatus()).as(Files.readString(stopped)).isZero();
                }
                assertThat(Files.readString(stopped)).contains("savepoint file:", "task flink_run is stopped");
                try (Stream<Path> files = Files.walk(directory.resolve("savepoints"))) {
                    assertThat(files.map(Path::getFileName).map(Path::toString)).contains("_metadata");
                }
                Await.until("the slot is free", Duration.ofSeconds(30), () -> {
                    try (var rows = statement.executeQuery(
                            "SELECT active FROM pg_replication_slots WHERE slot_name = 'walferry_flink_run'")) {
                        return rows.next() && !rows.getBoolean(1);
                    }
                });
                statement.execute("SELECT pg_drop_replication_slot('walferry_flink_run')");
            }
        } finally {
            pair.drop();
        }
    }

    private static void write(Statement statement, int i) throws Exception {
        statement.execute("INSERT INTO public.item VALUES (" + (100_000 + i) + ", 'new')");
        statement.execute("UPDATE public.item SET name = name || '+' WHERE id = " + (i * 37 + 1));
        statement.execute("DELETE FROM public.item WHERE id = " + (i * 41 + 2));
        statement.execute("UPDATE public.price SET amount = amount + 3 WHERE id % 50 = " + i % 50);
        statement.execute("DELETE FROM public.price WHERE id = " + (i * 13 + 1));
        statement.execute("INSERT INTO public.event VALUES ('same'), ('same')");
        statement.execute("DELETE FROM public.event WHERE ctid = (SELECT ctid FROM public.event LIMIT 1)");
    }

    private static Path jobJar() throws Exception {
        try (Stream<Path> files = Files.list(JOB)) {
            List<Path> jars = files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith("walferry-job-") && name.endsWith(".jar") && !name.contains("sources");
                    })
                    .toList();
            assertThat(jars).hasSize(1);
            return jars.get(0);
        }
    }
}
