package io.walferry.tests.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/bin/walferry} as its user meets it: exit codes, last words, what it leaves on the disk. */
class WalferryCommandITCase {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final String TASK = "command";
    private static final String ESCAPE = "\u001b";
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private DatabasePair pair;
    private Path taskFile;

    @BeforeEach
    void makeATask() throws SQLException, IOException {
        pair = DatabasePair.create(TestServers.source(), TestServers.target(), TASK);
        atSource("CREATE TABLE public.item (id int PRIMARY KEY, name text)");
        atSource("INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 1000) i");
        taskFile = Files.writeString(directory.resolve("task.yaml"), text(pair).toString());
    }

    @AfterEach
    void drop() throws SQLException {
        pair.drop();
    }

    @Nested
    class AnyRun {

        @Test
        void endsWithStatus2AndEveryProblemOfABadTaskFile() throws Exception {
            Files.writeString(taskFile, Files.readString(taskFile) + "aply: 1\nload: {parallelism: 0}\n");
            Ended run = run();
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.output())
                    .contains(
                            "2 problems", "aply is unknown: did you mean apply?", "load.parallelism is 0: set it to 1")
                    .doesNotContain("Exception");
        }

        @Test
        void endsWithStatus2AndANearVerbForAnUnknownOne() throws Exception {
            Path output = directory.resolve("output");
            try (WalferryProcess process =
                    WalferryProcess.start(HOME, Map.of(), Redirect.to(output.toFile()), "synchronize")) {
                assertThat(process.exitStatus()).isEqualTo(2);
            }
            assertThat(Files.readString(output)).contains("synchronize", "walferry version");
        }

        @Test
        void endsWithStatus3WhenSomethingHasToBeDoneFirst() throws Exception {
            atSource("CREATE TABLE public.keyless (what text)");
            Ended run = run();
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.output())
                    .contains("public.keyless", "REPLICA IDENTITY FULL")
                    .doesNotContain("Exception", "\tat ");
            assertThat(tablesAtTarget()).isZero();
        }

        @Test
        void endsWithStatus1WhenADatabaseIsNotThere() throws Exception {
            int unused;
            try (ServerSocket socket = new ServerSocket(0)) {
                unused = socket.getLocalPort();
            }
            Files.writeString(
                    taskFile,
                    Files.readString(taskFile)
                            .replace("port: " + pair.target().port() + "\n", "port: " + unused + "\n"));
            Ended run = run();
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.lastLine()).contains(":" + unused).doesNotContain("Exception");
        }
    }

    @Nested
    class ARunningTask {

        @Test
        void stopsOnATermSignalAndGoesOnFromItsCheckpoint() throws Exception {
            Path output = directory.resolve("output");
            try (WalferryProcess process = start(output)) {
                awaitRows(process, output, 1000);
                Await.until("a checkpoint", LIMIT, () -> checkpoints().size() == 1);
                Await.until("the view has come to the changes", LIMIT, () -> Files.readString(output)
                        .contains("changes"));
                Ended second = run();
                assertThat(second.status()).as(second.output()).isEqualTo(3);
                assertThat(second.lastLine()).contains("another process on this machine runs it already");
                assertThat(process.stop()).isZero();
            }
            assertThat(Files.readString(output))
                    .contains("http://127.0.0.1:", "changes", "stopped")
                    .doesNotContain(ESCAPE, pair.target().password(), "Exception");
            Path left = checkpoints().get(0);

            atSource("INSERT INTO public.item SELECT i, 'later' FROM generate_series(1001, 2000) i");
            try (WalferryProcess process = start(output)) {
                awaitRows(process, output, 2000);
                Await.until(
                        "a newer checkpoint has replaced that of the first run",
                        LIMIT,
                        () -> checkpoints().size() == 1 && !checkpoints().get(0).equals(left));
                assertThat(process.stop()).isZero();
            }
            assertThat(Files.readString(output)).doesNotContain("cannot be used");
            assertThat(left.getParent()).doesNotExist();
        }

        @Test
        void goesOnFromTheRecordsWithoutItsCheckpointsAndRemovesWhatAKillHasLeft() throws Exception {
            Path output = directory.resolve("output");
            try (WalferryProcess process = start(output)) {
                awaitRows(process, output, 1000);
                Await.until("a checkpoint", LIMIT, () -> !checkpoints().isEmpty());
            }
            assertThat(scratch())
                    .as("a killed run leaves what Flink has unpacked")
                    .hasSize(1);
            assertThat(run("verify").status()).isZero();
            assertThat(scratch()).isEmpty();
            Files.write(checkpoints().get(0).resolve("_metadata"), new byte[] {1, 2, 3});
            atSource("DELETE FROM public.item WHERE id > 500");
            try (WalferryProcess process = start(output)) {
                awaitRows(process, output, 500);
                assertThat(process.stop()).isZero();
            }
            assertThat(scratch()).isEmpty();
        }

        @Test
        void endsWithStatus1AndTheReasonWhenItsSlotIsGone() throws Exception {
            Path output = directory.resolve("output");
            try (WalferryProcess process = start(output)) {
                awaitRows(process, output, 1000);
                Await.until("the slot is dropped", LIMIT, () -> {
                    try (Connection source = pair.openSource();
                            Statement statement = source.createStatement()) {
                        statement.execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                                + " WHERE slot_name = 'walferry_command' AND active");
                        statement.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                                + " WHERE slot_name = 'walferry_command'");
                        return true;
                    } catch (SQLException e) {
                        return false;
                    }
                });
                Await.until("the end of the process", LIMIT, () -> !process.isAlive());
                assertThat(process.exitStatus()).isEqualTo(1);
            }
            Ended run = new Ended(1, Files.readString(output));
            assertThat(run.lastLine()).contains("slot walferry_command");
            assertThat(run.output()).contains("walferry.log").doesNotContain("\tat ");
            assertThat(Files.readString(directory.resolve("state/walferry/command/walferry.log")))
                    .contains("\tat ")
                    .doesNotContain(pair.target().password());
            try (Stream<String> lines = Files.lines(directory.resolve("state/walferry/command/walferry.log"))) {
                assertThat(lines.filter(line -> line.matches("\\d{4}-\\d\\d-\\d\\d .*")))
                        .isNotEmpty()
                        .allSatisfy(line -> assertThat(line).matches("\\S+ \\S+ [A-Z]+ +command .*"));
            }
            Ended status = run("status");
            assertThat(status.status()).isEqualTo(1);
            assertThat(status.output())
                    .contains("phase    failed   no job runs", "failure  replication slot walferry_command")
                    .contains("walferry_command missing");
        }
    }

    private record Ended(int status, String output) {

        String lastLine() {
            String text = output.stripTrailing();
            return text.substring(text.lastIndexOf('\n') + 1);
        }
    }

    private Ended run() throws IOException, InterruptedException {
        return run("run");
    }

    private Ended run(String verb) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "run", ".log");
        try (WalferryProcess process = start(output, verb)) {
            int status = process.exitStatus();
            return new Ended(status, Files.readString(output));
        }
    }

    private WalferryProcess start(Path output) throws IOException {
        return start(output, "run");
    }

    private WalferryProcess start(Path output, String verb) throws IOException {
        return WalferryProcess.start(
                HOME,
                Map.of(
                        TaskText.SOURCE_PASSWORD,
                        pair.source().password(),
                        TaskText.TARGET_PASSWORD,
                        pair.target().password(),
                        "XDG_STATE_HOME",
                        directory.resolve("state").toString()),
                Redirect.to(output.toFile()),
                verb,
                taskFile.toString());
    }

    private static TaskText text(DatabasePair pair) {
        return TaskText.of(
                        TASK,
                        pair.source(),
                        pair.sourceDatabase(),
                        pair.target(),
                        pair.targetDatabase(),
                        List.of("public"))
                .with("checkpoint", Map.of("interval", "1s"));
    }

    private void awaitRows(WalferryProcess process, Path output, long rows) throws Exception {
        Await.until(rows + " rows at the target", LIMIT, () -> read(output), () -> {
            assertThat(process.isAlive()).as(read(output)).isTrue();
            try (Connection target = pair.openTarget()) {
                return ControlRecords.phase(target, TASK)
                                .filter("changes"::equals)
                                .isPresent()
                        && count(target, "public.item") == rows;
            }
        });
    }

    private List<Path> scratch() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("state/walferry/command"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("scratch-"))
                    .toList();
        }
    }

    /** Directories of complete checkpoints of all runs. */
    private List<Path> checkpoints() throws IOException {
        Path root = directory.resolve("state/walferry/command/checkpoints");
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.find(
                root, 4, (path, attributes) -> path.getFileName().toString().equals("_metadata"))) {
            return files.map(Path::getParent).toList();
        } catch (java.io.UncheckedIOException e) {
            // A checkpoint was removed while the directory was read.
            return List.of();
        }
    }

    private long tablesAtTarget() throws SQLException {
        try (Connection target = pair.openTarget()) {
            return count(target, "pg_catalog.pg_tables WHERE schemaname = 'public'");
        }
    }

    private static long count(Connection connection, String from) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + from)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void atSource(String sql) throws SQLException {
        try (Connection source = pair.openSource();
                Statement statement = source.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
