package io.walferry.tests.source.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.config.Endpoint;
import io.walferry.job.config.Secret;
import io.walferry.job.config.SslConfig;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.source.SourceSettings;
import io.walferry.job.source.wal.Publication;
import io.walferry.job.source.wal.ReplicationSlot;
import io.walferry.job.source.wal.RunningTransaction;
import io.walferry.job.source.wal.SlotCreationWatch;
import io.walferry.job.source.wal.SlotFacts;
import io.walferry.job.source.wal.WalReader;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PublicationAndSlotITCase {

    private static ReaderRun run(String ddl, String... tables) throws SQLException {
        return new ReaderRun(TestServers.source(), 1, ddl, tables);
    }

    private static String published(ReaderRun run) throws SQLException {
        return run.query("SELECT string_agg(tablename || COALESCE(' ' || rowfilter, ''), ',' ORDER BY tablename)"
                + " FROM pg_publication_tables WHERE pubname = '" + run.publication.name() + "'");
    }

    @Test
    void aPublicationIsMadeToHaveExactlyTheTasksTables() throws Exception {
        try (ReaderRun run = run(
                "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);"
                        + " CREATE TABLE child () INHERITS (a); CREATE TABLE p (id int) PARTITION BY LIST (id);"
                        + " CREATE TABLE p1 PARTITION OF p DEFAULT",
                "a",
                "b",
                "p")) {
            assertThat(published(run)).isEqualTo("a,b,p");
            String before = run.query("SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_publication_rel");
            run.publication.ensure(run.source, run.tables);
            assertThat(run.query("SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_publication_rel"))
                    .isEqualTo(before);

            String quoted = "\"" + run.publication.name().replace("\"", "\"\"") + "\"";
            run.execute(
                    "ALTER PUBLICATION " + quoted + " SET TABLE a WHERE (id > 5)",
                    "ALTER PUBLICATION " + quoted + " SET (publish_via_partition_root = false)");
            assertThatThrownBy(() -> run.publication.verify(run.source, run.tables))
                    .hasMessageContaining("it no longer publishes exactly the task's tables");
            run.publication.ensure(run.source, run.tables);
            assertThat(published(run)).isEqualTo("a,b,p");

            run.publication.drop(run.source);
            run.publication.drop(run.source);
            assertThatThrownBy(() -> run.publication.verify(run.source, run.tables))
                    .hasMessageContaining("it is gone");
        }
    }

    @Test
    void aPublicationForAllTablesIsNotTouched() throws Exception {
        try (ReaderRun run = run("CREATE TABLE a (id int PRIMARY KEY)", "a")) {
            run.execute("CREATE PUBLICATION everything FOR ALL TABLES");
            assertThatThrownBy(() -> new Publication("everything").ensure(run.source, run.tables))
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("it publishes all tables");
        }
    }

    @Test
    void aTableThatIsNotPublishedAnyMoreIsNoticedAtTheStart() throws Exception {
        try (ReaderRun run =
                run("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)", "a", "b")) {
            run.execute("ALTER PUBLICATION \"" + run.publication.name().replace("\"", "\"\"") + "\" DROP TABLE b");
            assertThat(run.start().awaitFailure())
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("it no longer publishes exactly the task's tables");
        }
    }

    @Test
    void makingASlotTellsWhomItWaitsFor() throws Exception {
        try (ReaderRun run = run("CREATE TABLE a (id int PRIMARY KEY)", "a");
                Connection open = TestServers.source().connect(run.source.getCatalog());
                Statement inOpen = open.createStatement()) {
            open.setAutoCommit(false);
            inOpen.execute("INSERT INTO a VALUES (1)");
            int pid = Database.driver(open).getBackendPID();
            AtomicReference<List<RunningTransaction>> told = new AtomicReference<>();
            ReplicationSlot second = new ReplicationSlot(run.slot + "_second");
            CompletableFuture<Long> made = CompletableFuture.supplyAsync(() -> {
                try (Connection connection = run.reach.open()) {
                    return second.create(
                            connection, new SlotCreationWatch(run.reach, Duration.ofMillis(100), told::set));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Await.until("the watch tells", ReaderRun.LIMIT, () -> told.get() != null);
            assertThat(told.get()).extracting(RunningTransaction::pid).containsExactly(pid);
            assertThat(told.get().get(0).age()).isPresent();
            assertThat(made).isNotDone();
            open.commit();
            long consistentPoint = made.get(30, TimeUnit.SECONDS);

            SlotFacts facts = second.facts(run.source);
            assertThat(facts.database()).isEqualTo(run.source.getCatalog());
            assertThat(Long.compareUnsigned(facts.walLsn(), consistentPoint)).isGreaterThanOrEqualTo(0);
            SlotFacts.Slot slot = facts.slot().orElseThrow();
            assertThat(slot.plugin()).contains("pgoutput");
            assertThat(slot.database()).contains(run.source.getCatalog());
            assertThat(slot.confirmedFlushLsn()).isEqualTo(consistentPoint);
            assertThat(slot.restartLsn()).isNotEqualTo(Lsn.NONE);
            assertThat(slot.active()).isFalse();
            assertThat(slot.activePid()).isEmpty();
            assertThat(slot.walStatus()).contains("reserved");
            assertThat(slot.invalidationReason()).isEmpty();
            second.drop(run.source);
            second.drop(run.source);
            assertThat(second.facts(run.source).slot()).isEqualTo(Optional.empty());
        }
    }

    @Test
    void aSlotThatIsReadIsNotDropped() throws Exception {
        try (ReaderRun run = run("CREATE TABLE a (id int PRIMARY KEY)", "a").start()) {
            run.awaitCaughtUp();
            ReplicationSlot slot = new ReplicationSlot(run.slot);
            assertThat(slot.facts(run.source).slot().orElseThrow().active()).isTrue();
            assertThatThrownBy(() -> slot.drop(run.source))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55006"));
            assertThat(slot.terminateOwnReader(run.source))
                    .as("other application name")
                    .isFalse();
            try (Connection own = run.reach.open()) {
                slot.dropEndingReader(own);
            }
            assertThat(slot.facts(run.source).slot()).isEmpty();
            assertThat(run.awaitFailure()).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aRoleWithReplicationAndSelectIsEnoughToRead() throws Exception {
        try (ReaderRun run = run("CREATE TABLE a (id int PRIMARY KEY, big text)", "a")) {
            String role = "reader_of_" + run.slot;
            run.execute(
                    "CREATE ROLE " + role + " LOGIN REPLICATION PASSWORD 'p'",
                    "GRANT SELECT ON a TO " + role,
                    "INSERT INTO a SELECT 1, string_agg(md5(i::text), '') FROM generate_series(1, 300) i",
                    "UPDATE a SET id = 2");
            try {
                Endpoint endpoint = run.reach.endpoint();
                Database reach = new Database(
                        new Endpoint(
                                endpoint.hostname(),
                                endpoint.port(),
                                endpoint.database(),
                                role,
                                new Secret("p"),
                                SslConfig.PREFER),
                        "walferry test");
                SourceSettings settings =
                        new SourceSettings("test", reach, run.slot, run.publication.name(), run.tables, 1);
                WalReader reader = new WalReader(settings, run.target, run.writers);
                CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                    try {
                        reader.run();
                    } catch (SQLException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
                Await.until("both transactions", ReaderRun.LIMIT, () -> {
                    if (reading.isCompletedExceptionally()) {
                        reading.get();
                    }
                    return run.writers.texts().size() == 5;
                });
                reader.close();
                reading.get(5, TimeUnit.SECONDS);
                assertThat(run.writers.texts()).contains("INSERT~ a[[2, c4c…9600]]");
            } finally {
                run.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
            }
        }
    }
}
