package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code walferry status}, and what else only tells: right in each state of a task, and honest about what is not known. */
class StatusITCase {

    private static final String ESCAPE = "\u001b";

    @TempDir
    Path directory;

    @Test
    void tellsHowFarATaskIsWhetherItsJobRunsOrNot() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "status");
        try (OperatedTask task = new OperatedTask("status", pair, directory)) {
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 3000) i",
                    "CREATE TABLE public.other (id int PRIMARY KEY)",
                    "CREATE SCHEMA elsewhere",
                    "CREATE TABLE elsewhere.unselected (id int)",
                    "ANALYZE");
            task.with("load", Map.of("chunk-rows", 1000));

            Ended never = task.run("status");
            assertThat(never.status()).as(never.output()).isEqualTo(3);
            assertThat(never.output()).contains("has no task status", "never been started");

            startWatchingThePhases(task);
            Ended text = task.run("status");
            assertThat(text.status()).as(text.output()).isZero();
            assertThat(text.output())
                    .contains("phase    live", "2 writers", "2 tables   3,000 rows", "walferry_status active")
                    .containsPattern("public.item +following +3/3 +3,000 +")
                    .doesNotContain(ESCAPE, task.pair().source().password());

            task.atSource("UPDATE public.item SET name = 'new' WHERE id <= 500");
            // A rate is one of the last seconds, which the start of a command may take by itself.
            task.await("the rates show the changes", "(SELECT changes_per_second > 0 FROM walferry.status)");
            task.await("the changes arrived", "(SELECT sum(changes) FROM walferry.progress) = 500");
            assertThat(task.status().at("/changes/applied").asLong()).isEqualTo(500);

            // WAL that has nothing for this task: the target is not behind it.
            task.atSource("INSERT INTO elsewhere.unselected SELECT generate_series(1, 1000)");
            String wal = task.oneAtSource("SELECT pg_current_wal_lsn()");
            Await.until("an idle task is not behind", OperatedTask.LIMIT, task::statusText, () -> {
                JsonNode status = task.status();
                return status.at("/changes/lag-ms").asLong(-1) == 0
                        && status.at("/changes/quiet-ms").asLong() > 5_000
                        && status.at("/phase").asText().equals("live")
                        && task.holds("(SELECT applied_lsn >= '" + wal + "'::pg_lsn FROM walferry.status)");
            });
            JsonNode idle = task.status();
            assertThat(idle.at("/job/running").asBoolean()).isTrue();
            assertThat(idle.at("/load/rows").asLong()).isEqualTo(3000);
            assertThat(idle.at("/slot/state").asText()).isEqualTo("active");
            assertThat(idle.at("/slot/retained-wal-bytes").asLong(-1)).isNotNegative();
            assertThat(idle.at("/tables/0/estimated-rows").asLong()).isEqualTo(3000);

            // The target is held up: the lag of a change that has not arrived grows.
            try (Connection blocker = task.pair().openTarget()) {
                blocker.setAutoCommit(false);
                OperatedTask.execute(blocker, "LOCK TABLE public.item IN ACCESS EXCLUSIVE MODE");
                task.atSource("UPDATE public.item SET name = 'late' WHERE id = 1");
                task.await("the lag grows", "(SELECT lag_ms > 6000 AND bytes_behind > 0 FROM walferry.status)");
                blocker.rollback();
            }
            task.await("the lag is gone", "(SELECT lag_ms < 3000 FROM walferry.status)");

            task.atSource("ALTER TABLE public.item ADD COLUMN more int");
            Await.until(
                    "the change of structure is shown", OperatedTask.LIMIT, task::statusText, () -> task.run("status")
                            .output()
                            .matches("(?s).*last     ALTER TABLE at [0-9A-F]+/[0-9A-F]+, [0-9]+.* ago.*"));

            assertFits(task, 80, "following +3/3");
            assertFits(task, 200, "following +3/3");

            Path lines = directory.resolve("watch.log");
            try (WalferryProcess watch = task.process(
                    Redirect.to(lines.toFile()), "status", task.file().toString(), "--watch", "--every", "2")) {
                Await.until(
                        "two lines",
                        OperatedTask.LIMIT,
                        () -> Files.readString(lines).lines().count() >= 2);
                watch.stop();
            }
            assertThat(Files.readString(lines).lines())
                    .allMatch(line -> line.matches("[0-9:]{8} status: live: 501 applied, .*behind.*"));

            task.running().close();
            Await.until(
                    "the killed job is missed",
                    OperatedTask.LIMIT,
                    () -> task.run("status").status() == 1);
            Ended down = task.run("status");
            try (Connection blocker = task.pair().openTarget()) {
                blocker.setAutoCommit(false);
                OperatedTask.execute(blocker, "LOCK TABLE walferry.version IN ACCESS EXCLUSIVE MODE");
                task.start();
                Await.until(
                        "the precheck of a later start is shown",
                        OperatedTask.LIMIT,
                        task::statusText,
                        () -> task.run("status").output().contains("phase    precheck   being started"));
                task.running().close();
                blocker.rollback();
            }
            assertThat(down.output()).contains("phase    down   no job runs: the last one on ", "501 applied");
            assertThat(task.status().at("/changes/lag-ms").isNull()).isTrue();

            task.atTarget("INSERT INTO walferry.reload (task, oid, table_schema, table_name, reason) VALUES ('status', "
                    + task.oneAtSource("SELECT 'public.item'::regclass::oid") + ", 'public', 'item', 'a test')");
            assertThat(task.run("status").output())
                    .containsPattern("public.item +loading anew +3/3")
                    .containsPattern("public.other +following");

            Ended tables = task.run("tables", "--json");
            assertThat(tables.output()).contains("\"table\" : \"other\"");
        }
    }

    /** Each part of the start is held up until the status has shown it. */
    private static void startWatchingThePhases(OperatedTask task) throws Exception {
        try (Connection writer = task.pair().openSource();
                Connection installer = task.pair().openTarget()) {
            writer.setAutoCommit(false);
            OperatedTask.execute(writer, "INSERT INTO elsewhere.unselected VALUES (0)");
            OperatedTask.execute(installer, "SELECT pg_advisory_lock(hashtext('walferry.install'))");
            task.start();
            Await.until("the precheck is shown", OperatedTask.LIMIT, task::statusText, () -> {
                Ended status = task.run("status");
                return status.status() == 3
                        && status.output().contains("is being started for the first time: phase precheck");
            });
            OperatedTask.execute(installer, "SELECT pg_advisory_unlock_all()");
            Await.until("the phase schema is shown", OperatedTask.LIMIT, task::statusText, () -> {
                Ended status = task.run("status");
                return status.status() == 1 && status.output().contains("phase    schema   being started");
            });
            writer.commit();
        }
        task.awaitLive();
    }

    /** Watches in a pseudo terminal, if this machine has what it takes. */
    private static void assertFits(OperatedTask task, int columns, String shown) throws Exception {
        Optional<PseudoTerminal> terminal = PseudoTerminal.of(columns);
        if (terminal.isPresent()) {
            List<String> lines =
                    terminal.get().watch(task, "status", task.file().toString(), "--watch");
            assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThan(columns));
            assertThat(String.join("\n", lines)).containsPattern(shown).contains("slot     walferry_status active");
        }
    }

    @Test
    void isSteeredByTheCallsThatApiPrints() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "calls");
        try (OperatedTask task = new OperatedTask("calls", pair, directory)) {
            task.atSource("CREATE TABLE public.item (id int PRIMARY KEY)");
            task.with("labels", Map.of("team", "billing")).start().awaitLive();

            Ended printed = task.run("api", "--json");
            assertThat(printed.status()).as(printed.output()).isZero();
            JsonNode api = OperatedTask.JSON.readTree(printed.output());
            Path file = Files.writeString(
                    directory.resolve("as-json.yaml"), api.at("/task").toString());
            Ended status = task.command("status", file.toString());
            assertThat(status.status()).as(status.output()).isZero();
            assertThat(status.output()).contains("labels   team=billing");
            assertThat(task.status().at("/labels/team").asText()).isEqualTo("billing");
            assertThat(task.status().at("/class").asText()).isEqualTo("medium");

            task.atTarget(statement(api, "limit changes.rows to 1000 per second"));
            task.atTarget(statement(api, "pause it"));
            Await.until("it is paused, with the limit", OperatedTask.LIMIT, task::statusText, () -> {
                JsonNode now = task.status();
                return now.at("/phase").asText().equals("paused")
                        && now.at("/limits/changes.rows").asLong() == 1000;
            });
            task.atTarget(statement(api, "let it go on"));
            task.atSource("INSERT INTO public.item VALUES (1)");
            task.await("it goes on", "(SELECT count(*) = 1 FROM public.item)");
            assertThat(task.one(statement(api, "how far it is"))).isEqualTo("calls");
            assertThat(task.one(statement(api, "its tables"))).isEqualTo("public");
            task.atTarget(statement(api, "stop a walferry run"));
            assertThat(task.running().exitStatus()).isZero();
        }
    }

    /** What a call of psql has behind -c. */
    private static String statement(JsonNode api, String what) {
        for (JsonNode call : api.at("/calls")) {
            String command = call.at("/command").asText();
            if (call.at("/what").asText().equals(what)) {
                String quoted = command.substring(command.indexOf(" -c '") + " -c '".length());
                return quoted.substring(0, quoted.length() - 1).replace("'\\''", "'");
            }
        }
        throw new AssertionError("no call for " + what);
    }

    @Test
    void endsWithStatus2WhenTheTargetDoesNotAnswer() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "nostatus");
        try (OperatedTask task = new OperatedTask("nostatus", pair, directory)) {
            String text =
                    Files.readString(task.file()).replace("database: " + pair.targetDatabase(), "database: nowhere");
            Path other = Files.writeString(directory.resolve("other.yaml"), text);
            Ended ended = task.command("status", other.toString());
            assertThat(ended.status()).as(ended.output()).isEqualTo(2);
            assertThat(ended.output()).contains("nowhere").doesNotContain("Exception");
        }
    }

    @Test
    void printsSamplesAndCompletion() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "samples");
        try (OperatedTask task = new OperatedTask("samples", pair, directory)) {
            Path conf = Path.of("..").toAbsolutePath().normalize().resolve("conf");
            assertThat(task.command("sample-config").output())
                    .isEqualTo(Files.readString(conf.resolve("minimal.yaml")));
            assertThat(task.command("sample-config", "everything").output())
                    .isEqualTo(Files.readString(conf.resolve("everything.yaml")));
            Ended unknown = task.command("sample-config", "nothing");
            assertThat(unknown.status()).isEqualTo(2);
            try (Stream<Path> files = Files.list(conf)) {
                assertThat(files.map(file -> file.getFileName().toString())
                                .filter(name -> name.endsWith(".yaml"))
                                .map(name -> name.replace(".yaml", "")))
                        .allSatisfy(example -> assertThat(unknown.output()).contains(example));
            }
            Path script = Files.writeString(
                    directory.resolve("completion.bash"),
                    task.command("completion").output());
            Process bash = new ProcessBuilder(
                            "bash",
                            "-c",
                            "source '" + script + "' && complete -p walferry && declare -F _picocli_walferry_status")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(bash.getInputStream().readAllBytes());
            assertThat(bash.waitFor()).as(said).isZero();
            assertThat(task.command("version").output()).startsWith("walferry 0.");
        }
    }
}
