package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.precheck.CheckResult;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that is set up for nothing: its settings are told with the statements that change them. */
class SourceSettingsITCase {

    /** It has every setting that is looked at. */
    private static final int NEWEST = 18;

    private static PostgresServer source;

    @TempDir
    Path directory;

    private PrecheckTask task;

    @BeforeAll
    static void start() throws Exception {
        source = PostgresServer.version(NEWEST)
                .withoutFsync()
                .setting("wal_level", "replica")
                .setting("max_replication_slots", "1")
                .setting("max_wal_senders", "1")
                .start();
    }

    @AfterAll
    static void stop() {
        source.close();
    }

    @BeforeEach
    void makeATask() throws SQLException {
        task = PrecheckTask.on(source, TestServers.target(), directory);
    }

    @AfterEach
    void drop() throws SQLException {
        task.close();
    }

    @Test
    void levelSlotsAndSendersAreShortUntilTheRemediesAreCarriedOut() throws Exception {
        task.atSource("SELECT pg_create_physical_replication_slot('of_a_standby')");
        Properties replication = new Properties();
        replication.setProperty("replication", "true");
        replication.setProperty("assumeMinServerVersion", "10");
        replication.setProperty("preferQueryMode", "simple");
        replication.setProperty("ApplicationName", "standby");
        CheckResult level;
        CheckResult slots;
        CheckResult senders;
        try (Connection standby = source.connect("postgres", replication)) {
            level = task.check(CheckItem.WAL_LEVEL);
            slots = task.check(CheckItem.REPLICATION_SLOTS);
            senders = task.check(CheckItem.WAL_SENDERS);
            assertThat(standby.isClosed()).isFalse();
        }
        assertThat(level.findings()).extracting(Finding::what).containsExactly("wal_level is replica");
        assertThat(slots.findings())
                .extracting(Finding::what)
                .containsExactly("all 1 replication slots are in use, idle ones among them: of_a_standby");
        assertThat(senders.findings()).extracting(Finding::what).containsExactly("all 1 WAL senders are in use");
        task.mend(level);
        task.mend(slots);
        task.mend(senders);
        source.stop();
        source.start();
        try (Connection standby = source.connect("postgres", replication)) {
            assertThat(task.check().findings())
                    .extracting(Finding::item)
                    .doesNotContain(CheckItem.WAL_LEVEL, CheckItem.REPLICATION_SLOTS, CheckItem.WAL_SENDERS);
            assertThat(standby.isClosed()).isFalse();
        }
    }

    @Test
    void aStandbyIsRefusedUntilItIsPromoted() throws Exception {
        source.stop();
        Files.createFile(source.logFile().resolveSibling("data").resolve("standby.signal"));
        source.start();
        CheckResult result = task.check(CheckItem.SOURCE_PRIMARY);
        assertThat(result.findings()).extracting(Finding::what).containsExactly("it is a standby");
        task.mend(result);
        assertThat(task.check(CheckItem.SOURCE_PRIMARY).findings()).isEmpty();
    }

    @Test
    void aReadOnlyUserIsRefusedUntilTheRemedyIsCarriedOut() throws Exception {
        String role = task.role(Finding.Side.SOURCE, "REPLICATION");
        task.atSource("ALTER ROLE \"" + role + "\" SET default_transaction_read_only = on");
        CheckResult result = task.check(CheckItem.SOURCE_PRIMARY);
        assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
        task.mend(result);
        assertThat(task.check(CheckItem.SOURCE_PRIMARY).findings()).isEmpty();
    }

    @Test
    void limitsOfTheSlotsWalAreToldUntilTheRemediesAreCarriedOut() throws Exception {
        task.atSource(
                "ALTER SYSTEM SET max_slot_wal_keep_size = '1GB'",
                "ALTER SYSTEM SET idle_replication_slot_timeout = '10min'",
                "ALTER SYSTEM SET wal_sender_timeout = '1s'",
                "SELECT pg_reload_conf()");
        Await.until(
                "the settings hold",
                Duration.ofSeconds(30),
                () -> task.check(CheckItem.SOURCE_TIMEOUTS).state() == CheckResult.State.WARNING);
        CheckResult retention = task.check(CheckItem.WAL_RETENTION);
        assertThat(retention.state()).isEqualTo(CheckResult.State.WARNING);
        assertThat(retention.findings())
                .extracting(Finding::what)
                .containsExactly("max_slot_wal_keep_size is 1GB", "idle_replication_slot_timeout is 10min");
        task.mend(retention);
        task.mend(task.check(CheckItem.SOURCE_TIMEOUTS));
        Await.until("the settings hold", Duration.ofSeconds(30), () -> task.check(CheckItem.SOURCE_TIMEOUTS)
                .findings()
                .isEmpty());
        assertThat(task.check(CheckItem.WAL_RETENTION).findings()).isEmpty();

        task.atSource("ALTER SYSTEM SET wal_sender_timeout = 0", "SELECT pg_reload_conf()");
        Await.until(
                "the setting holds",
                Duration.ofSeconds(30),
                () -> task.check(CheckItem.SOURCE_TIMEOUTS).findings().stream()
                        .anyMatch(finding -> finding.what().equals("wal_sender_timeout is 0")));
        task.mend(task.check(CheckItem.SOURCE_TIMEOUTS));
        Await.until("the setting holds", Duration.ofSeconds(30), () -> task.check(CheckItem.SOURCE_TIMEOUTS)
                .findings()
                .isEmpty());
    }

    @Test
    void aStandbyIsNoTargetUntilItIsPromoted() throws Exception {
        try (PrecheckTask toStandby = PrecheckTask.on(TestServers.source(), source, directory)) {
            source.stop();
            Files.createFile(source.logFile().resolveSibling("data").resolve("standby.signal"));
            source.start();
            CheckResult result = toStandby.check(CheckItem.TARGET_PRIMARY);
            assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
            assertThat(result.findings()).extracting(Finding::what).containsExactly("it is a standby");
            toStandby.mend(result);
            assertThat(toStandby.check(CheckItem.TARGET_PRIMARY).findings()).isEmpty();
        }
    }

    @Test
    void standbysAreToldUntilTheirSlotsAreGone() throws Exception {
        task.atSource("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        assertThat(task.check(CheckItem.STANDBYS).findings()).isEmpty();
        task.atSource("SELECT pg_create_physical_replication_slot('another_standby')");
        assertThat(task.check(CheckItem.STANDBYS).state()).isEqualTo(CheckResult.State.WARNING);
        task.atSource("SELECT pg_drop_replication_slot('another_standby')");
        assertThat(task.check(CheckItem.STANDBYS).findings()).isEmpty();
    }
}
