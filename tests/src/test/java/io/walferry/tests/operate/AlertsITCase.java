package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a task reaches people: every event once, whoever watches and is killed meanwhile, and its end too. */
class AlertsITCase {

    /** The slot also keeps what the server writes for other tests: that is less. */
    private static final Map<String, Object> RULES = Map.of(
            "down-for",
            "1s",
            "lag",
            "10s",
            "lag-for",
            "1s",
            "slot-bytes",
            "200MB",
            "differences",
            1,
            "dead-letters",
            1);

    private static final int MUTE_SECONDS = 3;

    @TempDir
    Path directory;

    @Test
    void tellsEachEventOnceAndThatItHasPassed() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "alerts");
        try (AlertReceivers receivers = new AlertReceivers(directory);
                OperatedTask task = receivers.addTo(new OperatedTask("alerts", pair, directory), RULES)) {
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 1000) i");
            WalferryProcess watch = watch(task, "first");
            try {
                task.start().awaitLive();

                // Both the run and the watch see it.
                task.atTarget("UPDATE public.item SET name = 'other' WHERE id = 7");
                assertThat(task.run("verify").status()).isEqualTo(1);
                await(receivers, "differences raised");
                task.atTarget(
                        "INSERT INTO walferry.dead_letter (task, table_schema, table_name, row_key, operation,"
                                + " original, cause, at) VALUES ('alerts', 'public', 'item', '[1]', 'update', '{}', 'x', now())");
                await(receivers, "dead-letters raised");

                // What was told is known to one that starts later; one that is killed before it has noted it is not
                // meant here.
                task.await(
                        "it is noted",
                        "(SELECT count(*) = 2 FROM walferry.alert WHERE told = 1 AND claimed_until IS NULL)");
                watch.close();
                watch = watch(task, "second");
                try (Connection blocker = pair.openTarget()) {
                    blocker.setAutoCommit(false);
                    OperatedTask.execute(blocker, "LOCK TABLE public.item IN ACCESS EXCLUSIVE MODE");
                    task.atSource("UPDATE public.item SET name = 'late' WHERE id = 1");
                    await(receivers, "lag raised");
                }
                await(receivers, "lag passed");
                assertThat(task.command("dead-letter", "drop", task.file().toString())
                                .status())
                        .isZero();
                await(receivers, "dead-letters passed");
                assertThat(task.run("verify", "--repair").status()).isZero();
                await(receivers, "differences passed");

                // The job is dead: only the watch is left to tell, of the slot too.
                task.running().close();
                task.atSource("SELECT count(pg_logical_emit_message(false, 'alerts', repeat('x', 1000000)))"
                        + " FROM generate_series(1, 260)");
                await(receivers, "slot raised");
                await(receivers, "failed raised");
                task.start().awaitLive();
                await(receivers, "failed passed");
                await(receivers, "slot passed");

                // It stops by itself, and tells before it is gone.
                watch.close();
                task.atTarget("CREATE TABLE public.taken (id int)");
                task.atSource("CREATE TABLE public.taken (id int PRIMARY KEY)");
                await(receivers, "ddl-failed raised");
                await(receivers, "failed raised", 2);
                assertThat(task.running().exitStatus()).isEqualTo(1);
                assertThat(task.command("ddl", "skip", task.file().toString()).status())
                        .isZero();
                task.start().awaitLive();
                await(receivers, "ddl-failed passed");
                await(receivers, "failed passed", 2);
            } finally {
                watch.close();
            }
            assertAllGotTheSame(task, receivers);
        }
    }

    private static void assertAllGotTheSame(OperatedTask task, AlertReceivers receivers) throws IOException {
        List<String> events = receivers.events();
        assertThat(events)
                .containsExactlyInAnyOrder(
                        "differences raised",
                        "differences passed",
                        "dead-letters raised",
                        "dead-letters passed",
                        "lag raised",
                        "lag passed",
                        "slot raised",
                        "slot passed",
                        "failed raised",
                        "failed passed",
                        "ddl-failed raised",
                        "ddl-failed passed",
                        "failed raised",
                        "failed passed");
        assertThat(receivers.slack()).hasSameSizeAs(events).anyMatch(text -> text.contains("the target is behind"));
        // Two who watch may tell two events at once.
        assertThat(receivers.dingtalk())
                .containsExactlyInAnyOrderElementsOf(receivers.slack().stream()
                        .map(text -> text.replace("&gt;", ">"))
                        .toList());
        assertThat(receivers.mails())
                .hasSameSizeAs(events)
                .allMatch(mail -> mail.startsWith("walferry@example.com to on-call"))
                .anyMatch(mail -> mail.contains("boss@example.com: Walferry task alerts: the task has failed"));
        assertThat(receivers.commandLines())
                .hasSameSizeAs(events)
                .anyMatch(line -> line.startsWith("alerts ddl-failed raised {\"task\":\"alerts\""));
        assertThat(receivers.objects() + task.output())
                .doesNotContain("t0ken", "s3cret", task.pair().target().password());
    }

    private static void await(AlertReceivers receivers, String event) throws Exception {
        await(receivers, event, 1);
    }

    private static void await(AlertReceivers receivers, String event, int times) throws Exception {
        Await.until(
                event,
                OperatedTask.LIMIT,
                () -> String.valueOf(receivers.objects()),
                () -> receivers.events().stream().filter(event::equals).count() >= times
                        // The last one of the channels.
                        && receivers.commandLines().size() == receivers.events().size());
    }

    private WalferryProcess watch(OperatedTask task, String name) throws Exception {
        Path output = directory.resolve("watch-" + name + ".log");
        WalferryProcess watch =
                task.process(Redirect.to(output.toFile()), "watch", task.file().toString());
        Await.until(
                "it watches", OperatedTask.LIMIT, () -> Files.readString(output).contains("watching task"));
        return watch;
    }

    @Test
    void tellsThatTheTargetDoesNotAnswerOnceForAllWhoWatch() throws Exception {
        try (PostgresServer target = TestServers.start(TestServers.TARGET_VERSION)) {
            DatabasePair pair = DatabasePair.create(TestServers.source(), target, "silent");
            try (AlertReceivers receivers = new AlertReceivers(directory);
                    OperatedTask task = receivers.addTo(new OperatedTask("silent", pair, directory), RULES);
                    WalferryProcess first = watch(task, "first");
                    WalferryProcess second = watch(task, "second")) {
                target.stopImmediate();
                await(receivers, "target-down raised");
                for (String name : List.of("first", "second")) {
                    Await.until("both have noticed", OperatedTask.LIMIT, () -> Files.readString(
                                    directory.resolve("watch-" + name + ".log"))
                            .contains("does not answer"));
                }
                target.start();
                await(receivers, "target-down passed");
                assertThat(receivers.events()).containsExactly("target-down raised", "target-down passed");
                assertThat(first.isAlive() && second.isAlive()).isTrue();
            }
        }
    }

    @Test
    void remindsOfASourceThatDoesNotAnswerAsOftenAsIsWanted() throws Exception {
        try (PostgresServer source = TestServers.start(TestServers.SOURCE_VERSION)) {
            DatabasePair pair = DatabasePair.create(source, TestServers.target(), "reminded");
            try (AlertReceivers receivers = new AlertReceivers(directory);
                    OperatedTask task = receivers.addTo(
                            new OperatedTask("reminded", pair, directory),
                            Map.of("down-for", "1s", "mute", MUTE_SECONDS + "s", "repeat", 2))) {
                task.atSource("CREATE TABLE public.item (id int PRIMARY KEY)");
                task.start().awaitLive();
                assertThat(task.run("stop").status()).isZero();
                try (WalferryProcess first = watch(task, "first");
                        WalferryProcess second = watch(task, "second")) {
                    source.stopImmediate();
                    await(receivers, "source-down reminded", 2);
                    Await.until(
                            "another one would be due",
                            OperatedTask.LIMIT,
                            () -> task.holds("EXISTS (SELECT FROM walferry.alert WHERE told = 3 AND told_at"
                                    + " < now() - interval '" + 3 * MUTE_SECONDS + " s')"));
                    assertThat(Double.parseDouble(
                                    task.one("SELECT extract(epoch FROM told_at - since) FROM walferry.alert")))
                            .as("from the first sign to the second reminder")
                            .isBetween(2.0 * MUTE_SECONDS + 1, 2.0 * MUTE_SECONDS + 30);
                    source.start();
                    await(receivers, "source-down passed");
                    assertThat(receivers.events())
                            .containsExactly(
                                    "source-down raised",
                                    "source-down reminded",
                                    "source-down reminded",
                                    "source-down passed");
                    assertThat(receivers.slack()).anyMatch(text -> text.contains("it cannot be reached from here"));
                    assertThat(first.isAlive() && second.isAlive()).isTrue();
                }
            }
        }
    }

    @Test
    void sendsATestToAllAndSaysWhoDoesNotTakeIt() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "alerttest");
        try (OperatedTask task = new OperatedTask("alerttest", pair, directory)) {
            Ended nobody = task.run("alert-test");
            assertThat(nobody.status()).as(nobody.output()).isEqualTo(2);
            assertThat(nobody.output()).contains("has no section alerts");
            assertThat(task.run("watch").status()).isEqualTo(2);
        }
        DatabasePair other = DatabasePair.create(TestServers.source(), TestServers.target(), "alerttest");
        try (AlertReceivers receivers = new AlertReceivers(directory);
                OperatedTask task = receivers.addTo(new OperatedTask("alerttest", other, directory), "tls", Map.of())) {
            Ended taken = task.run("alert-test");
            assertThat(taken.output().lines())
                    .containsExactly(
                            "webhook 1: taken",
                            "webhook 2: taken",
                            "webhook 3: taken",
                            "mail: taken",
                            "command: taken");
            assertThat(taken.status()).isZero();
            assertThat(receivers.events()).containsExactly("test raised");
            assertThat(receivers.mails())
                    .hasSize(1)
                    .allMatch(mail -> mail.contains(" to on-call@example.com, boss@example.com: Walferry task"));

            Ended refused = task.variable("ROBOT_SECRET", "another")
                    .variable("MAIL_PASSWORD", "another")
                    .run("alert-test");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.output())
                    .contains("webhook 3: 127.0.0.1 has not taken it: errcode 310000", "mail: localhost:")
                    .doesNotContain("t0ken", "another");

            Ended untrusted = task.variable("WALFERRY_OPTS", "").run("alert-test");
            assertThat(untrusted.status()).isEqualTo(1);
            assertThat(untrusted.output()).containsPattern("mail: localhost:.*certif");
            assertThat(receivers.mails())
                    .as("nothing is sent to a server that is not trusted")
                    .hasSize(1);
        }
    }
}
