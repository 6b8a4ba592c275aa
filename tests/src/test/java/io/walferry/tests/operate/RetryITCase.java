package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run retries what may pass, for as long as it was told, and tells at once what a person has to mend. */
class RetryITCase {

    @TempDir
    Path directory;

    @Test
    void goesOnAfterAShortOutageAndGivesUpAfterALongOne() throws Exception {
        try (PostgresServer target = TestServers.start(TestServers.TARGET_VERSION)) {
            DatabasePair pair = DatabasePair.create(TestServers.source(), target, "outage");
            try (OperatedTask task = new OperatedTask("outage", pair, directory)) {
                task.atSource("CREATE TABLE public.item (id int PRIMARY KEY)");
                task.with("retry", Map.of("connection", "25s", "other", "5s"));
                task.start().awaitLive();

                target.stopImmediate();
                Await.until("the outage is noticed", OperatedTask.LIMIT, task::output, () -> task.output()
                        .contains("starting again after a failure"));
                target.start();
                task.atSource("INSERT INTO public.item VALUES (1)");
                task.await("it goes on by itself", "(SELECT count(*) = 1 FROM public.item)");

                // Tasks that share a database keep to the shortest time of them.
                assertThat(task.one("SELECT connection_ms FROM walferry.retry")).isEqualTo("25000");
                task.atTarget(
                        "INSERT INTO walferry.retry SELECT 'neighbour', source, 'elsewhere', 6000, 2000 FROM walferry.retry");
                assertThat(task.running().stop()).isZero();
                task.start();
                task.await(
                        "it runs again",
                        "EXISTS (SELECT FROM walferry.status WHERE beat_at > now() - interval '2 s'"
                                + " AND lag_ms IS NOT NULL)");
                long down = System.nanoTime();
                target.stopImmediate();
                Await.until("it gives up", OperatedTask.LIMIT, task::output, () -> !task.running()
                        .isAlive());
                assertThat(task.running().exitStatus()).isEqualTo(1);
                assertThat(System.nanoTime() - down).isGreaterThan(TimeUnit.SECONDS.toNanos(6));
                assertThat(task.output())
                        .contains("retry.connection is 6.0 s", "the first: ", "the last: ")
                        .doesNotContain("\tat ");
                target.start();
            }
        }
    }

    @Test
    void tellsAWrongPasswordAtOnce() throws Exception {
        try (PostgresServer target = TestServers.start(TestServers.TARGET_VERSION)) {
            DatabasePair pair = DatabasePair.create(TestServers.source(), target, "password");
            try (OperatedTask task = new OperatedTask("password", pair, directory)) {
                task.atSource("CREATE TABLE public.item (id int PRIMARY KEY)");
                task.atTarget("CREATE ROLE loader LOGIN SUPERUSER PASSWORD '" + target.password() + "'");
                Path file = task.file();
                Files.writeString(
                        file, Files.readString(file).replaceFirst("(?s)(target:.*?username: )[^\n]*", "$1loader"));
                task.startFile(file).awaitLive();
                try (Connection admin = pair.openTarget()) {
                    OperatedTask.execute(
                            admin,
                            "ALTER ROLE loader PASSWORD 'another'",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'loader'");
                }
                Await.until("it tells", Duration.ofSeconds(10), task::output, () -> task.output()
                        .contains("password authentication failed"));
                Await.until("it ends", OperatedTask.LIMIT, task::output, () -> !task.running()
                        .isAlive());
                assertThat(task.running().exitStatus()).isEqualTo(1);
            }
        }
    }
}
