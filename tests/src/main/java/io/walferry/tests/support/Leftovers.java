package io.walferry.tests.support;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What a job must not leave behind: sessions, slots, prepared transactions, and secrets in its log. */
final class Leftovers {

    private Leftovers() {}

    /**
     * Fails unless the task's own slot is all that is left once the job has ended.
     *
     * @throws AssertionError with what is left
     */
    static void onServers(DatabasePair pair, String task) throws Exception {
        try (Connection source = pair.source().connect("postgres");
                Connection target = pair.target().connect("postgres")) {
            String sessions = "SELECT format('%s %s', application_name, state) FROM pg_stat_activity"
                    + " WHERE application_name ILIKE 'walferry%' AND datname = '";
            Await.until(
                    "the job's sessions have ended",
                    // A killed client's session ends when the server next writes to it or sees the closed socket.
                    Duration.ofSeconds(30),
                    () -> {
                        try {
                            return texts(source, sessions + pair.sourceDatabase() + "'") + " at the source, "
                                    + texts(target, sessions + pair.targetDatabase() + "'") + " at the target";
                        } catch (SQLException e) {
                            return e.getMessage();
                        }
                    },
                    () -> texts(source, sessions + pair.sourceDatabase() + "'").isEmpty()
                            && texts(target, sessions + pair.targetDatabase() + "'")
                                    .isEmpty());
            none(
                    "slot",
                    source,
                    "SELECT slot_name::text FROM pg_replication_slots WHERE database = '"
                            + pair.sourceDatabase() + "' AND slot_name <> 'walferry_" + task + "'"
                            + " AND slot_name NOT LIKE 'test\\_%'");
            none(
                    "prepared transaction",
                    target,
                    "SELECT gid FROM pg_prepared_xacts WHERE database = '" + pair.targetDatabase() + "'");
        }
    }

    private static void none(String what, Connection connection, String query) throws SQLException {
        List<String> left = texts(connection, query);
        if (!left.isEmpty()) {
            throw new AssertionError("Left behind: " + what + " " + left);
        }
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        return WholeTable.texts(connection, query);
    }

    /** Fails if a line of the log has a password or a row's value. */
    static void inLog(String log, DatabasePair pair) {
        List<String> secrets = List.of(pair.source().password(), pair.target().password(), TaskRun.MARKER);
        log.lines().forEach(line -> secrets.stream()
                .filter(line::contains)
                .findAny()
                .ifPresent(secret -> {
                    throw new AssertionError("A log line holds " + secret + ": " + line);
                }));
    }
}
