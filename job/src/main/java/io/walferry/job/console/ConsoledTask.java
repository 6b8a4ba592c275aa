package io.walferry.job.console;

import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/** A task as the console shows it. All texts are JSON. One thread at a time. */
public interface ConsoledTask extends AutoCloseable {

    String name();

    /**
     * @param json as {@code walferry status --json} prints it
     * @param lagMs from commit at the source to commit at the target; empty if it is not known
     */
    record Status(String json, OptionalLong lagMs, OptionalLong changesPerSecond, OptionalLong rowsPerSecond) {}

    /**
     * @return empty if the target has no record of the task
     * @throws SQLException if the target does not answer
     */
    Optional<Status> status() throws SQLException;

    @Override
    void close();
}
