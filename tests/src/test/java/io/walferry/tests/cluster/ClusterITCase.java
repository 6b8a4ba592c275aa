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
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
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

    /** By the names of threads, which have the task's, or by the job's id, which Flink gives to its own. */
    private static final Pattern NAMES_TASK =
            Pattern.compile("job [0-9a-f]{32} |\\b(walferry_)?(flink_run|by_calls|submitted|watched)\\b");

    private static final String NEW_VERSION = "99.0";

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
            assertThat(linesOfOurs())
                    .isNotEmpty()
                    .allMatch(line -> NAMES_TASK.matcher(line).find());
        }
    }

    /** Lines that the program has logged in any process of the cluster. */
    private static List<String> linesOfOurs() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> logs = Files.list(cluster.directory().resolve("log"))) {
            for (Path log : logs.toList()) {
                Files.readAllLines(log).stream()
                        .filter(line -> line.matches("\\d{4}-\\S+ \\S+ +[A-Z]+ +i\\.w\\.j\\..*"))
                        .forEach(lines::add);
            }
        }
        return lines;
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
            // What no retry mends ends the job, whatever the cluster's restart strategy says.
            try (Statement atTarget = target.createStatement()) {
                atTarget.execute("ALTER TABLE public.event ADD CHECK (what <> 'refused')");
            }
            statement.execute("INSERT INTO public.event VALUES ('refused')");
            Await.until("the job has ended", LIMIT, () -> walferry("stop", task.toString(), "--rest", cluster.address())
                    .output()
                    .contains("no job of task flink_run runs"));
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
    void aSubmittedTaskLosesNothingWhenProcessesDieAndWhateverTheOperatorsPagesDoWithIt() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "submitted");
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget();
                Statement statement = source.createStatement();
                WriteLoad load = new WriteLoad(pair)) {
            createTables(statement);
            Path task = task("submitted", pair, UserFunction.jar(directory))
                    .writers(2)
                    .loadParallelism(2)
                    .write(directory.resolve("task.yaml"));
            Ended nowhere = walferry("submit", task.toString(), "--rest", "http://127.0.0.1:1");
            assertThat(nowhere.status()).as(nowhere.output()).isEqualTo(2);
            assertThat(nowhere.output()).contains("does not answer", "--rest").doesNotContain("\tat ");

            Ended submitted = submit(task, "--json");
            assertThat(submitted.status()).as(submitted.output()).isZero();
            assertThat(submitted.output()).contains("\"task\" : \"submitted\"", "\"slots-needed\" : 2");
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

            OperatorPage pages = new OperatorPage(directory)
                    .replacing("http://127.0.0.1:8081", cluster.address())
                    .replacing("conf/mine.yaml", task.toString())
                    .replacing("mine", "submitted")
                    .replacing("/opt/walferry-new", newVersion().toString())
                    .replacing("/opt/walferry", StandaloneCluster.HOME.toString());
            for (String page : List.of("stop", "resume", "savepoint", "rescale", "upgrade")) {
                String said = pages.run(page);
                if (!page.equals("stop")) {
                    load.awaitArrival(target, LIMIT);
                }
                if (page.equals("upgrade")) {
                    assertThat(said).contains("walferry " + NEW_VERSION + " ");
                }
            }
            long written = load.stop();
            inStep.await(LIMIT, () -> true);
            assertEqual(source, target);
            assertThat(one(target, "SELECT count(*) FROM public.event")).isEqualTo(written);
            assertThat(one(target, "SELECT max(n) FROM (SELECT count(*) AS n FROM walferry.progress GROUP BY lane) l"))
                    .isEqualTo(3);
            Path kept = directory.resolve("kept");
            Ended stop = walferry(
                    "stop",
                    task.toString(),
                    "--rest",
                    cluster.address(),
                    "--savepoint",
                    "--savepoint-directory",
                    kept.toUri().toString());
            assertThat(stop.status()).as(stop.output()).isZero();
            assertThat(stop.output())
                    .contains("savepoint " + kept.toUri().toString().replaceFirst("^file:/+", "file:/"));
            dropSlot(statement, "submitted");
        } finally {
            pair.drop();
        }
    }

    @Test
    void whoWatchesIsToldByTheClusterThatAJobHasFailed() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "watched");
        Path alerts = Files.createFile(directory.resolve("alerts"));
        Path said = directory.resolve("watch.log");
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget();
                Statement statement = source.createStatement()) {
            statement.execute("CREATE TABLE public.item (id int PRIMARY KEY, name text)");
            Path task = new TaskFile("watched", pair, directory.resolve("checkpoints"))
                    .more("alerts: {command: [sh, -c, 'cat >> " + alerts + "'], down-for: 1s}\n")
                    .write(directory.resolve("task.yaml"));
            Ended submitted = submit(task);
            assertThat(submitted.status()).as(submitted.output()).isZero();
            new InStep(source, target, "watched").awaitChanges(LIMIT, () -> true);
            try (WalferryProcess watch = WalferryProcess.start(
                    StandaloneCluster.HOME,
                    Map.of(),
                    Redirect.to(said.toFile()),
                    "watch",
                    task.toString(),
                    "--rest",
                    cluster.address())) {
                Await.until("it watches", LIMIT, () -> Files.readString(said).contains("watching task watched"));
                // A job that has lost its slot cannot start again by itself.
                Await.until("the slot is gone", LIMIT, () -> {
                    statement.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                            + " WHERE slot_name = 'walferry_watched' AND active");
                    try {
                        statement.execute("SELECT pg_drop_replication_slot('walferry_watched')");
                        return true;
                    } catch (SQLException e) {
                        return false;
                    }
                });
                Await.until("the alert has come", LIMIT, () -> Files.readString(alerts)
                        .contains("\"event\":\"failed\""));
                assertThat(watch.isAlive()).isTrue();
            }
            assertThat(Files.readString(alerts))
                    .containsPattern("job [0-9a-f]{32} has failed on the cluster \\([\\w.$]+\\)");
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

    /** The same program under another version, in a directory of its own. */
    private Path newVersion() throws Exception {
        Path home = directory.resolve("walferry new");
        Files.createDirectories(home.resolve("deploy/bin"));
        Files.createDirectories(home.resolve("job/target"));
        Files.copy(StandaloneCluster.HOME.resolve("deploy/bin/walferry"), home.resolve("deploy/bin/walferry"));
        Files.createSymbolicLink(home.resolve("job/target/flink-lib"), JOB.resolve("flink-lib"));
        Path jar = Files.copy(jobJar(), home.resolve("job/target/walferry-job-" + NEW_VERSION + ".jar"));
        try (FileSystem contents = FileSystems.newFileSystem(jar)) {
            Path path = contents.getPath("META-INF/MANIFEST.MF");
            Manifest manifest;
            try (InputStream in = Files.newInputStream(path)) {
                manifest = new Manifest(in);
            }
            manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, NEW_VERSION);
            try (OutputStream out = Files.newOutputStream(path)) {
                manifest.write(out);
            }
        }
        return home;
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
