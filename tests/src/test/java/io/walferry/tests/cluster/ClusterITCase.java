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
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a cluster whose processes die: {@code flink run} and {@code walferry submit}. */
class ClusterITCase {

    private static final Path JOB = StandaloneCluster.HOME.resolve("job/target");
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final String STATEMENTS =
            """
            CREATE FUNCTION DISCOUNT AS 'shop.Discount';
            INSERT INTO public.price
            SELECT id, DISCOUNT(amount) AS amount, MASK(note) AS note FROM public.price WHERE amount > 100
            """;

    private static final String PRICES =
            "SELECT id, amount - amount / 10, repeat('*', length(note)) FROM public.price WHERE amount > 100";

    private static StandaloneCluster cluster;

    @TempDir
    private static Path clusterDirectory;

    @TempDir
    private Path directory;

    /** What a verb has printed. */
    private record Ended(int status, String output) {}

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = StandaloneCluster.start(clusterDirectory.resolve("with blank"), 2, 2);
    }

    @AfterAll
    static void stopCluster() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void flinkRunNeedsNothingButTheJar() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "flink_run");
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget();
                Statement statement = source.createStatement()) {
            createTables(statement);
            Path functions = UserFunction.jar(directory);
            Path task = task("flink_run", pair, functions).write(directory.resolve("task.yaml"));
            Path printed = directory.resolve("cli.log");
            Process cli = cluster.flinkRun(
                    printed, "-d", "-C", functions.toUri().toString(), jobJar().toString(), task.toString());
            assertThat(cli.waitFor(90, TimeUnit.SECONDS)).isTrue();
            assertThat(cli.exitValue()).as(Files.readString(printed)).isZero();
            InStep inStep = new InStep(source, target, "flink_run");
            inStep.awaitChanges(LIMIT, () -> true);
            for (int i = 0; i < 50; i++) {
                write(statement, i);
            }
            inStep.await(LIMIT, () -> true);
            assertEqual(source, target);
            Ended stop = walferry("stop", task.toString(), "--rest", cluster.address());
            assertThat(stop.status()).as(stop.output()).isZero();
            dropSlot(statement, "flink_run");
        } finally {
            pair.drop();
        }
    }

    @Test
    void theCallsThatApiPrintsStartAndStopATask() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "by_calls");
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget();
                Statement statement = source.createStatement()) {
            createTables(statement);
            Path task = new TaskFile("by_calls", pair, directory.resolve("checkpoints"))
                    .schemas("public")
                    .write(directory.resolve("task.yaml"));
            Ended printed = walferry("api", task.toString(), "--rest", cluster.address());
            assertThat(printed.status()).as(printed.output()).isZero();
            PrintedCalls calls = new PrintedCalls(printed.output());
            String jar =
                    calls.upload("give a Flink cluster the job").at("/filename").asText();
            String job = calls.json(
                            "start the task there",
                            "<jar>",
                            Path.of(jar).getFileName().toString())
                    .at("/jobid")
                    .asText();
            assertThat(job).matches("[0-9a-f]{32}");
            new InStep(source, target, "by_calls").await(LIMIT, () -> true);
            assertThat(Comparison.of(source, target).differences()).isEmpty();
            assertThat(calls.json("list its jobs", "", "").toString())
                    .contains("\"jid\":\"" + job + "\",\"name\":\"walferry by_calls\"");
            calls.json("stop it without one", "<job>", job);
            dropSlot(statement, "by_calls");
        } finally {
            pair.drop();
        }
    }

    @Test
    void aSubmittedTaskLosesNothingWhenProcessesDieAndWhenItIsRescaled() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "submitted");
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget();
                Statement statement = source.createStatement();
                WriteLoad load = new WriteLoad(pair)) {
            createTables(statement);
            TaskFile settings = task("submitted", pair, UserFunction.jar(directory));
            Path task = settings.write(directory.resolve("task.yaml"));
            Ended nowhere = walferry("submit", task.toString(), "--rest", "http://127.0.0.1:1");
            assertThat(nowhere.status()).as(nowhere.output()).isEqualTo(2);
            assertThat(nowhere.output()).contains("does not answer", "--rest").doesNotContain("\tat ");

            Ended submitted = submit(task);
            assertThat(submitted.status()).as(submitted.output()).isZero();
            assertThat(submitted.output()).containsPattern("\njob [0-9a-f]{32}\n");
            Ended second = submit(task);
            assertThat(second.status()).as(second.output()).isEqualTo(3);
            assertThat(second.output()).contains("of this cluster runs it already: stop that one first");
            InStep inStep = new InStep(source, target, "submitted");
            inStep.awaitChanges(LIMIT, () -> true);
            load.start();
            load.awaitArrival(target, LIMIT);

            cluster.kill("taskmanager-1");
            load.awaitMore();
            cluster.startAgain();
            load.awaitArrival(target, LIMIT);
            cluster.kill("jobmanager");
            load.awaitMore();
            cluster.startAgain();
            load.awaitArrival(target, LIMIT);

            Ended stop = walferry("stop", task.toString(), "--rest", cluster.address(), "--savepoint");
            assertThat(stop.status()).as(stop.output()).isZero();
            assertThat(stop.output()).contains("task submitted is stopped");
            Matcher savepoint = Pattern.compile("savepoint (file:\\S.*)").matcher(stop.output());
            assertThat(savepoint.find()).as(stop.output()).isTrue();

            settings.writers(3).loadParallelism(3).write(task);
            Ended rescaled = submit(task, "--savepoint", savepoint.group(1), "--json");
            assertThat(rescaled.status()).as(rescaled.output()).isZero();
            assertThat(rescaled.output()).contains("\"task\" : \"submitted\"", "\"slots-needed\" : 3");
            load.awaitArrival(target, LIMIT);
            long written = load.stop();
            inStep.await(LIMIT, () -> true);
            assertEqual(source, target);
            assertThat(one(target, "SELECT count(*) FROM public.event")).isEqualTo(written);
            assertThat(one(target, "SELECT max(n) FROM (SELECT count(*) AS n FROM walferry.progress GROUP BY lane) l"))
                    .isEqualTo(3);
            walferry("stop", task.toString(), "--rest", cluster.address());
            dropSlot(statement, "submitted");
        } finally {
            pair.drop();
        }
    }

    private static void assertEqual(Connection source, Connection target) throws Exception {
        assertThat(Comparison.of(source, target, List.of("public.price")).differences())
                .isEmpty();
        assertThat(SameRows.rows(target, "SELECT id, amount, note FROM public.price"))
                .hasSizeGreaterThan(1000)
                .containsExactlyElementsOf(SameRows.rows(source, PRICES));
    }

    private TaskFile task(String name, DatabasePair pair, Path functions) throws Exception {
        Path statements = Files.writeString(directory.resolve("etl.sql"), STATEMENTS);
        return new TaskFile(name, pair, directory.resolve("checkpoints"))
                .schemas("public")
                .checkpointInterval("1s")
                .more("etl: {file: \"" + statements + "\", jars: [\"" + functions + "\"]}\n");
    }

    private Ended submit(Path task, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("submit", task.toString(), "--rest", cluster.address()));
        arguments.addAll(List.of(options));
        return walferry(arguments.toArray(String[]::new));
    }

    private Ended walferry(String... arguments) throws Exception {
        Path printed = Files.createTempFile(directory, arguments[0], ".log");
        try (WalferryProcess process =
                WalferryProcess.start(StandaloneCluster.HOME, Map.of(), Redirect.to(printed.toFile()), arguments)) {
            int status = process.exitStatus();
            return new Ended(status, Files.readString(printed));
        }
    }

    private static void createTables(Statement statement) throws Exception {
        statement.execute("CREATE TABLE public.item (id int PRIMARY KEY, name text)");
        statement.execute("INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 20000) i");
        statement.execute("CREATE TABLE public.event (what text)");
        statement.execute("ALTER TABLE public.event REPLICA IDENTITY FULL");
        statement.execute("CREATE TABLE public.price (id int PRIMARY KEY, amount int, note text)");
        statement.execute("INSERT INTO public.price SELECT i, i, 'zwq7value ' || i FROM generate_series(1, 2000) i");
    }

    static void write(Statement statement, int i) throws Exception {
        statement.execute("INSERT INTO public.item VALUES (" + (100_000 + i) + ", 'new')");
        statement.execute("UPDATE public.item SET name = name || '+' WHERE id = " + (i * 37 + 1));
        statement.execute("DELETE FROM public.item WHERE id = " + (i * 41 + 2));
        statement.execute("UPDATE public.price SET amount = amount + 3 WHERE id % 50 = " + i % 50);
        statement.execute("DELETE FROM public.price WHERE id = " + (i % 50 * 13 + 1));
        statement.execute("INSERT INTO public.event VALUES ('same'), ('same')");
        statement.execute("DELETE FROM public.event WHERE ctid = (SELECT ctid FROM public.event LIMIT 1)");
    }

    static long one(Connection connection, String query) throws Exception {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void dropSlot(Statement statement, String task) throws Exception {
        Await.until("the slot is free", LIMIT, () -> {
            try (var rows = statement.executeQuery(
                    "SELECT active FROM pg_replication_slots WHERE slot_name = 'walferry_" + task + "'")) {
                return rows.next() && !rows.getBoolean(1);
            }
        });
        statement.execute("SELECT pg_drop_replication_slot('walferry_" + task + "')");
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
