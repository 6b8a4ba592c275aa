package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.Steering;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks every second whether walferry stop or set has asked this run to end, or to begin anew; in a thread of its own, as the target may not answer. */
final class StopRequests implements AutoCloseable {

    private final TaskSides sides;
    private final ScheduledExecutorService thread;
    private volatile Optional<String> asked = Optional.empty();

    private StopRequests(TaskConfig config) {
        this.sides = new TaskSides(config);
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread daemon = new Thread(work, "walferry-stop-requests");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /** What was asked of a former run is forgotten. */
    static StopRequests watch(TaskConfig config) throws SQLException {
        StopRequests requests = new StopRequests(config);
        requests.sides.steering().forgetStop();
        requests.thread.scheduleWithFixedDelay(requests::look, 1, 1, TimeUnit.SECONDS);
        return requests;
    }

    private void look() {
        try {
            asked = sides.steering().wanted().stop();
        } catch (SQLException | RuntimeException e) {
            TraceLog.note("Nobody knows whether the task shall stop: " + FailureText.of(e));
            sides.close();
        }
    }

    boolean asked() {
        return asked.isPresent();
    }

    boolean savepoint() {
        return asked.filter("savepoint"::equals).isPresent();
    }

    boolean restart() {
        return asked.filter(Steering.RESTART::equals).isPresent();
    }

    /** Notes that the run has ended as asked. */
    void done(Optional<String> savepoint) {
        thread.shutdown();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
            sides.steering().stopped(savepoint);
        } catch (SQLException e) {
            TraceLog.write("The stop is not noted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        sides.close();
    }
}
