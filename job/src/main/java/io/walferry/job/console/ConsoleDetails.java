package io.walferry.job.console;

import java.sql.SQLException;
import java.util.List;

/** What is looked up only when a person asks for it. Any thread. */
public interface ConsoleDetails {

    /** The kinds of details, as they stand in the address. */
    List<String> kinds();

    /**
     * @param kind one of {@link #kinds()}
     * @return JSON; {@code null} as JSON if there is nothing of the kind
     * @throws SQLException if a database does not answer
     */
    String of(String task, String kind) throws SQLException;
}
