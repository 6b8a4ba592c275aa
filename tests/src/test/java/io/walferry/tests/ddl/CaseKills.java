package io.walferry.tests.ddl;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Kills the job once in each case, near one of its changes of structure, and starts it again. */
final class CaseKills {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int MOST_MS = 400;

    private final TaskRun run;
    private final Random random;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private Thread killer;
    private int kills;
    private int before;
    private int within;

    /** Numbers of the source's log of changes: the last before the case, and the last that was done when the job died. */
    private long first;

    private volatile long done;

    CaseKills(TaskRun run, long seed) {
        this.run = run;
        this.random = new Random(seed);
    }

    /** Waits until the job has brought a row of now, so that a kill from here on meets a job that reads. */
    void awaitReading() throws Exception {
        kills++;
        run.atSource("INSERT INTO beside VALUES (" + kills + ")");
        Await.until("row " + kills + " is at the target", LIMIT, run.inStep()::state, () -> {
            run.job().requireAlive();
            return Sql.is(run.target(), "SELECT EXISTS (SELECT FROM beside WHERE id = " + kills + ")");
        });
        first = lastChange();
    }

    /** Which of so many changes the job is to be killed near. */
    int near(int changes) {
        return random.nextInt(changes);
    }

    /** Kills the job in a moment; returns at once. */
    void soon() {
        int ms = random.nextInt(MOST_MS);
        killer = new Thread(
                () -> {
                    try (Connection target = run.pair().openTarget()) {
                        TimeUnit.MILLISECONDS.sleep(ms);
                        run.job().requireAlive();
                        run.kill();
                        done = Long.parseLong(
                                Sql.text(target, "SELECT COALESCE(max(log_id), 0)::text FROM walferry.ddl"));
                        run.start();
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                },
                "killer");
        killer.start();
    }

    /** The job is killed, and starts again. */
    void await() throws Exception {
        killer.join();
        if (failure.get() != null) {
            throw new AssertionError("the job could not be killed and started", failure.get());
        }
        if (done <= first) {
            before++;
        } else if (done < lastChange()) {
            within++;
        }
    }

    private long lastChange() throws Exception {
        return Long.parseLong(Sql.text(run.source(), "SELECT COALESCE(max(id), 0)::text FROM walferry.ddl_log"));
    }

    @Override
    public String toString() {
        return kills + " kills, " + before + " of them before the first change of the case was done, " + within
                + " between its changes, " + (kills - before - within) + " after its last";
    }
}
