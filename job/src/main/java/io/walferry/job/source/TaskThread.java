package io.walferry.job.source;

import java.util.concurrent.TimeUnit;

/** The executor's thread while it runs a fetch task, so that closing the task interrupts the task and nothing after it. */
final class TaskThread {

    private Thread running;
    private boolean closed;

    /** @throws InterruptedException if the task was closed before it ran */
    synchronized void enter() throws InterruptedException {
        if (closed) {
            throw new InterruptedException("closed before it ran");
        }
        running = Thread.currentThread();
    }

    synchronized void leave() {
        running = null;
        Thread.interrupted();
        notifyAll();
    }

    synchronized boolean closed() {
        return closed;
    }

    synchronized void close() {
        closed = true;
        if (running != null) {
            running.interrupt();
        }
    }

    /** @return whether the task has ended within the time */
    synchronized boolean awaitLeft(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean interrupted = false;
        while (running != null) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                break;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                interrupted = true;
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return running == null;
    }
}
