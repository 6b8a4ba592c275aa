package io.walferry.job.console;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;

/** A task that is looked at every second: its last status and its history. */
final class WatchedTask implements AutoCloseable {

    private final ConsoledTask task;
    private final Function<Exception, String> words;
    private final TaskHistory history = new TaskHistory();
    private volatile String json;

    /** @param words what a person is told of a failure, without secrets */
    WatchedTask(ConsoledTask task, Function<Exception, String> words) {
        this.task = task;
        this.words = words;
        this.json = unknown("it was not looked at yet");
    }

    String name() {
        return task.name();
    }

    void look() {
        try {
            Optional<ConsoledTask.Status> status = task.status();
            if (status.isPresent()) {
                history.add(System.currentTimeMillis(), status.get());
                json = status.get().json();
            } else {
                json = unknown("it has never been started");
            }
        } catch (SQLException | RuntimeException e) {
            json = unknown(words.apply(e));
        }
    }

    private String unknown(String reason) {
        return "{\"task\":" + quoted(task.name()) + ",\"phase\":\"unknown\",\"reason\":" + quoted(reason) + "}";
    }

    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    /** The last status, or why there is none. */
    String json() {
        return json;
    }

    TaskHistory history() {
        return history;
    }

    @Override
    public void close() {
        task.close();
    }
}
