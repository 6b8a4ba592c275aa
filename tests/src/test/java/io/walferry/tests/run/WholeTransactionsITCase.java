package io.walferry.tests.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** With one writer, whoever looks at the target sees only states that the source has had. */
class WholeTransactionsITCase {

    private static final int LOOKS = 1_000;
    private static final int SESSIONS = 3;

    /** Every transfer moves money between two accounts, of two tables, and is written to a third one. */
    private static final List<String> BANK = List.of(
            "CREATE TABLE checking (id int PRIMARY KEY, balance bigint NOT NULL)",
            "CREATE TABLE savings (id int PRIMARY KEY, balance bigint NOT NULL)",
            "CREATE TABLE transfer (checking int, savings int, amount bigint NOT NULL)",
            "ALTER TABLE transfer REPLICA IDENTITY FULL",
            "INSERT INTO checking SELECT i, 1000 FROM generate_series(1, 200) i",
            "INSERT INTO savings SELECT i, 1000 FROM generate_series(1, 200) i");

    /** Accounts whose balance is not what the transfers made it, and the money lost or made. */
    private static final String LOOK =
            """
            SELECT (SELECT count(*) FROM (SELECT checking, sum(amount) AS moved FROM transfer GROUP BY checking) t
                    FULL JOIN checking c ON c.id = t.checking WHERE c.balance IS DISTINCT FROM 1000 - coalesce(t.moved, 0))
                 + (SELECT count(*) FROM (SELECT savings, sum(amount) AS moved FROM transfer GROUP BY savings) t
                    FULL JOIN savings s ON s.id = t.savings WHERE s.balance IS DISTINCT FROM 1000 + coalesce(t.moved, 0))
              || ' ' || (SELECT sum(balance) FROM checking) + (SELECT sum(balance) FROM savings)""";

    @Test
    void theBankIsRightAtEveryLook() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        ExecutorService sessions = Executors.newFixedThreadPool(SESSIONS);
        try (TaskRun run = TaskRun.shared("bank")) {
            run.atSource(BANK.toArray(String[]::new));
            run.file().writers(1);
            run.start().awaitChanges().awaitInStep();
            List<Future<?>> transfers = new ArrayList<>();
            for (int session = 0; session < SESSIONS; session++) {
                Random random = new Random(session);
                transfers.add(sessions.submit(() -> {
                    transfer(run.pair(), random, closed);
                    return null;
                }));
            }
            look(run);
            closed.set(true);
            for (Future<?> session : transfers) {
                session.get(60, TimeUnit.SECONDS);
            }
            run.assertInStep();
            run.terminate();
        } finally {
            closed.set(true);
            sessions.shutdownNow();
        }
    }

    private static void look(TaskRun run) throws Exception {
        long states = 0;
        String last = "";
        for (int look = 1; look <= LOOKS; look++) {
            assertThat(Sql.text(run.target(), LOOK)).as("look %d", look).isEqualTo("0 400000");
            String count = Sql.text(run.target(), "SELECT count(*) FROM transfer");
            states += count.equals(last) ? 0 : 1;
            last = count;
            if (look % 250 == 0 && look < LOOKS) {
                run.kill();
                run.start();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        System.out.println(LOOKS + " looks, " + states + " different states, " + last + " transfers at the last");
        assertThat(states).as("different states among the looks").isGreaterThan(50);
    }

    private static void transfer(DatabasePair pair, Random random, AtomicBoolean closed) throws SQLException {
        try (Connection connection = pair.openSource();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!closed.get()) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    int from = 1 + random.nextInt(200);
                    int to = 1 + random.nextInt(200);
                    int amount = random.nextInt(100) - 50;
                    statement.execute("UPDATE checking SET balance = balance - " + amount + " WHERE id = " + from);
                    statement.execute("INSERT INTO transfer VALUES (" + from + ", " + to + ", " + amount + ")");
                    statement.execute("UPDATE savings SET balance = balance + " + amount + " WHERE id = " + to);
                }
                connection.commit();
                pause(Duration.ofMillis(random.nextInt(8)));
            }
        } catch (SQLException e) {
            if (!"40P01".equals(e.getSQLState())) {
                throw e;
            }
            transfer(pair, random, closed);
        }
    }

    private static void pause(Duration time) {
        java.util.concurrent.locks.LockSupport.parkNanos(time.toNanos());
    }
}
