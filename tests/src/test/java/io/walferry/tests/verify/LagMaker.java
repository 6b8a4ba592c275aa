package io.walferry.tests.verify;

import io.walferry.tests.support.JobProcess;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Holds a running task for some time, again and again, so that the target is behind. */
final class LagMaker implements AutoCloseable {

    private final JobProcess job;
    private final Random random;
    private final int mostMs;
    private final Thread thread;
    private volatile boolean closed;
    private volatile Exception failure;

    /** @param mostMs the longest time */
    LagMaker(JobProcess job, long seed, int mostMs) {
        this.job = job;
        this.random = new Random(seed);
        this.mostMs = mostMs;
        this.thread = new Thread(this::run, "lag");
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                job.signal("STOP");
                pause(random.nextInt(mostMs));
                job.signal("CONT");
                pause(500 + random.nextInt(mostMs));
            }
        } catch (IOException | InterruptedException e) {
            failure = e;
        }
    }

    private void pause(int millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!closed && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Fails if it does not work. */
    void check() {
        if (failure != null) {
            throw new AssertionError("no lag was made", failure);
        }
    }

    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
