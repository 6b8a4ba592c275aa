package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.jdbc.Database;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads the progress once a second in a thread of its own, so that a database that does not answer holds up nothing, and
 * shows it on the screen when asked to.
 */
final class ProgressWatch implements AutoCloseable {

    private static final long PLAIN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final String task;
    private final Database target;
    private final ProgressReader reader;
    private final Screen screen;
    private final ProgressHistory history = new ProgressHistory();
    private final ScheduledExecutorService thread;
    private final long startedAt = System.nanoTime();
    private volatile Progress.Report read =
            new Progress.Report(Optional.empty(), Progress.Rates.UNKNOWN, Optional.empty());
    private volatile long answeredAt = startedAt;
    private long plainAt;
    private String plainPhase = "";

    private ProgressWatch(String task, Database target, ProgressReader reader, Screen screen) {
        this.task = task;
        this.target = target;
        this.reader = reader;
        this.screen = screen;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread daemon = new Thread(work, "walferry-progress");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    static ProgressWatch start(TaskConfig config, Database target, Screen screen) {
        ProgressReader reader = new ProgressReader(config.task(), target);
        ProgressWatch watch = new ProgressWatch(config.task(), target, reader, screen);
        watch.thread.scheduleWithFixedDelay(watch::readOnce, 0, 1, TimeUnit.SECONDS);
        return watch;
    }

    private void readOnce() {
        try {
            Optional<Progress> progress = reader.read();
            Progress.Rates rates = progress.map(history::add).orElse(Progress.Rates.UNKNOWN);
            read = new Progress.Report(progress, rates, Optional.empty());
        } catch (SQLException | RuntimeException e) {
            read = new Progress.Report(
                    read.progress(), Progress.Rates.UNKNOWN, Optional.of(target.address() + ": " + FailureText.of(e)));
        }
        answeredAt = System.nanoTime();
    }

    /** Called about once a second. */
    void show() {
        Progress.Report report = report();
        if (screen.isTerminal()) {
            screen.show(ProgressView.lines(task, report, screen.columns()));
            return;
        }
        String phase = report.progress().map(Progress::phaseWord).orElse("")
                + report.trouble().isPresent();
        long now = System.nanoTime();
        if (report.progress().isPresent() && !phase.equals(plainPhase) || now - plainAt > PLAIN_EVERY_NANOS) {
            plainPhase = phase;
            plainAt = now;
            screen.say(TIME.format(LocalTime.now()) + " " + ProgressView.line(task, report));
        }
    }

    private Progress.Report report() {
        Progress.Report latest = read;
        long silence = System.nanoTime() - answeredAt;
        return silence < SILENCE_NANOS
                ? latest
                : new Progress.Report(
                        latest.progress(),
                        Progress.Rates.UNKNOWN,
                        Optional.of("target " + target.address() + " has not answered for "
                                + TimeUnit.NANOSECONDS.toSeconds(silence) + " s"));
    }

    /** Ends the reading; the last lines stay on the screen. */
    @Override
    public void close() {
        if (!thread.isShutdown()) {
            thread.execute(reader::close);
            thread.shutdown();
            if (screen.isTerminal()) {
                screen.settle();
            }
        }
    }
}
