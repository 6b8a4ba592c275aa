package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code walferry release} leaves nothing behind, also when one side does not answer at first. */
class ReleaseITCase {

    private static final String ORIGINS =
            "SELECT count(*) FROM pg_replication_origin WHERE roname LIKE 'walferry_release:%'";
    private static final String AT_SOURCE = "SELECT (SELECT count(*) FROM pg_replication_slots"
            + " WHERE database = current_database()) + (SELECT count(*) FROM pg_publication)"
            + " + (SELECT count(*) FROM pg_namespace WHERE nspname = 'walferry')"
            + " + (SELECT count(*) FROM pg_event_trigger)";

    @TempDir
    Path directory;

    @Test
    void leavesTheTablesAndNothingElse() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "release");
        try (OperatedTask task = new OperatedTask("release", pair, directory)) {
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 100) i");
            task.start().awaitLive();
            Ended running = task.run("release");
            assertThat(running.status()).as(running.output()).isEqualTo(3);
            assertThat(running.output()).contains("stop it first");
            assertThat(task.one(ORIGINS)).isNotEqualTo("0");
            assertThat(task.oneAtSource(AT_SOURCE)).isNotEqualTo("0");
            assertThat(task.running().stop()).isZero();
            task.atTarget(
                    "INSERT INTO walferry.task (task, source_database, slot, phase) VALUES ('other', 'x', 'y', 'load')");

            Path unreachable = Files.writeString(
                    directory.resolve("unreachable.yaml"),
                    Files.readString(task.file())
                            .replace("port: " + pair.source().port(), "port: 1"));
            Ended half = task.command("release", unreachable.toString());
            assertThat(half.status()).as(half.output()).isEqualTo(1);
            assertThat(half.output())
                    .contains(
                            "left to do there",
                            "pg_drop_replication_slot",
                            "walferry_release",
                            "DROP PUBLICATION",
                            "DROP EVENT TRIGGER")
                    .contains("target  records of task release removed")
                    .doesNotContain("Exception");
            assertThat(task.one("SELECT string_agg(task, ' ') FROM walferry.task"))
                    .isEqualTo("other");
            assertThat(task.one("SELECT count(*) FROM walferry.progress WHERE task = 'release'"))
                    .isEqualTo("0");

            Ended rest = task.run("release", "--control-schema");
            assertThat(rest.status()).as(rest.output()).isEqualTo(1);
            assertThat(rest.output())
                    .contains("source  replication slot walferry_release dropped")
                    .contains("source  publication walferry_release dropped")
                    .contains("schema walferry stays: it has the records of other");
            assertThat(task.oneAtSource(AT_SOURCE)).isEqualTo("0");

            task.atTarget("DELETE FROM walferry.task");
            assertThat(task.run("release", "--control-schema").status()).isZero();
            assertThat(task.one("SELECT count(*) FROM pg_namespace WHERE nspname = 'walferry'"))
                    .isEqualTo("0");
            assertThat(task.one(ORIGINS)).isEqualTo("0");
            assertThat(task.one("SELECT count(*) FROM public.item")).isEqualTo("100");
            Ended again = task.run("release", "--control-schema");
            assertThat(again.status()).as(again.output()).isZero();
            assertThat(again.output())
                    .contains("replication slot walferry_release was not there", "no records of tasks");
        }
    }
}
