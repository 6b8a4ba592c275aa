package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.run.Sql;
import io.walferry.tests.schema.StructureFacts;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each case's tables are written to by four sessions while its structure changes, and the job is killed again and again meanwhile:
 * in the end both sides have the same structure and the same rows. {@code -Dtests.ddl.kill-each=true} kills it once in every case.
 */
class DdlITCase {

    private static final int SESSIONS = 4;
    private static final long SEED = Long.getLong("tests.seed", 4_711);
    private static final boolean KILL_EACH = Boolean.getBoolean("tests.ddl.kill-each");
    private static final Pattern ALL = Pattern.compile(System.getProperty("tests.ddl", ""));

    @Test
    void everyKindOfChangeGoesThroughInItsPlaceWhileTheJobIsKilled() throws Exception {
        run("ddl", TestServers.source(), TestServers.target(), 4, ALL);
    }

    @Test
    void fromPostgres14() throws Exception {
        try (PostgresServer source = TestServers.start(14)) {
            run("ddl14", source, TestServers.target(), 1, ALL);
        }
    }

    @Test
    void fromPostgres11() throws Exception {
        try (PostgresServer source = TestServers.start(11)) {
            run("ddl11", source, TestServers.target(), 1, ALL);
        }
    }

    /** @param only the cases whose names have the pattern */
    static void run(String task, PostgresServer source, PostgresServer target, int kills, Pattern only)
            throws Exception {
        try (TaskRun run = TaskRun.on(source, target, task)) {
            run.file().schemas("public", "s_*").checkpointInterval("500ms");
            run.atSource("CREATE SEQUENCE ids START 1000000", "CREATE SCHEMA s_more");
            run.atSource("CREATE TABLE s_more.there (id int PRIMARY KEY)", "CREATE TABLE beside (id int PRIMARY KEY)");
            List<DdlCase> cases = new ArrayList<>();
            for (DdlCase each : Stream.concat(DdlCases.ALL.stream(), MoreDdlCases.ALL.stream())
                    .toList()) {
                if (each.from() <= source.majorVersion()
                        && only.matcher(each.name()).find()) {
                    DdlCase made = each.onTable("c" + cases.size());
                    run.atSource(made.setup().toArray(String[]::new));
                    cases.add(made);
                }
            }
            run.start().awaitChanges();
            long begin = System.nanoTime();
            Random random = new Random(SEED);
            if (KILL_EACH) {
                CaseKills eachOnce = new CaseKills(run, SEED + 1);
                for (DdlCase each : cases) {
                    eachOnce.awaitReading();
                    change(run, each, random, eachOnce);
                }
                System.out.println("DdlITCase " + task + ": seed " + SEED + ", " + cases.size() + " cases, " + eachOnce
                        + "; " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + " s");
            } else {
                Killer killer = new Killer(run, Integer.getInteger("tests.ddl.kills", kills));
                for (DdlCase each : cases) {
                    change(run, each, random, null);
                }
                killer.end();
            }
            run.awaitInStep();
            run.assertEqual();
            assertSameStructure(run);
            run.terminate();
        }
    }

    /** @param kill {@code null} if somebody else sees to that */
    private static void change(TaskRun run, DdlCase each, Random random, CaseKills kill) throws Exception {
        System.out.println("DdlITCase " + run.file().task() + ": " + each.name() + " "
                + each.setup().get(0).split(" ")[2]);
        int near = kill == null ? -1 : kill.near(each.ddl().size());
        CaseWriters writers = new CaseWriters(run.pair(), each.dml(), SESSIONS, random.nextLong());
        try (Connection session = run.pair().openSource();
                Statement statement = session.createStatement()) {
            TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(100));
            for (int change = 0; change < each.ddl().size(); change++) {
                if (change == near) {
                    kill.soon();
                }
                execute(statement, each.ddl().get(change));
                TimeUnit.MILLISECONDS.sleep(random.nextInt(60));
            }
            TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(100));
            if (kill != null) {
                kill.await();
            }
        } finally {
            writers.close();
        }
    }

    /** A deadlock with the writers is no fault of anybody. */
    private static void execute(Statement statement, String ddl) throws SQLException {
        for (int attempt = 0; ; attempt++) {
            try {
                statement.execute(ddl);
                return;
            } catch (SQLException e) {
                statement.execute("ROLLBACK");
                boolean met = "40P01".equals(e.getSQLState()) || "23505".equals(e.getSQLState());
                if (!met || attempt > 20) {
                    throw new SQLException(ddl + ": " + e.getMessage(), e.getSQLState(), e);
                }
            }
        }
    }

    static void assertSameStructure(TaskRun run) throws Exception {
        try (Connection source = run.pair().openSource();
                Connection target = run.pair().openTarget()) {
            List<String> there = StructureFacts.read(target);
            List<String> expected = StructureFacts.read(source);
            List<String> missing = new ArrayList<>(expected);
            missing.removeAll(there);
            List<String> more = new ArrayList<>(there);
            more.removeAll(expected);
            assertThat(missing)
                    .as("only at the source; only at the target: " + more)
                    .isEmpty();
            assertThat(more).as("only at the target").isEmpty();
        }
    }

    /** Kills the job at random moments and starts it again. */
    private static final class Killer {

        private final TaskRun run;
        private final Thread thread;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Killer(TaskRun run, int kills) {
            this.run = run;
            Random random = new Random(SEED + 1);
            thread = new Thread(
                    () -> {
                        try {
                            for (int kill = 0; kill < kills; kill++) {
                                awaitReader();
                                TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
                                run.kill();
                                run.start();
                            }
                        } catch (Throwable e) {
                            failure.set(e);
                        }
                    },
                    "killer");
            thread.start();
        }

        private void awaitReader() throws Exception {
            try (Connection connection = run.pair().openSource()) {
                Await.until("the job reads", Duration.ofSeconds(60), () -> {
                    run.job().requireAlive();
                    return Sql.is(
                            connection,
                            "SELECT active FROM pg_replication_slots WHERE slot_name = 'walferry_"
                                    + run.file().task() + "'");
                });
            }
        }

        void end() throws Exception {
            thread.join();
            if (failure.get() != null) {
                throw new AssertionError("the job could not be killed and started", failure.get());
            }
        }
    }
}
