package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The last transaction of a backlog: a number into every row of the table beat. Each writer of a contender applies in order,
 * so once all rows have it at the target, all that came before is there.
 */
final class Beat {

    private static final int LIMIT_SECONDS = 600;

    private final Field field;
    private long seq;

    Beat(Field field) {
        this.field = field;
    }

    /** Commits the next number at the source. */
    void send() throws SQLException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            seq = System.nanoTime();
            source.createStatement().execute("UPDATE bench.beat SET seq = " + seq);
        }
    }

    /** @return seconds from the clock's start until the target has the number */
    double await(Clock clock, Follower follower) throws SQLException, IOException, InterruptedException {
        try (Connection target = field.servers().target().connect(follower.database())) {
            return clock.await(follower.name() + ": end of the backlog", LIMIT_SECONDS, () -> {
                follower.check();
                return Queries.isTrue(target, "SELECT bool_and(seq = ?) FROM bench.beat", seq);
            });
        }
    }
}
