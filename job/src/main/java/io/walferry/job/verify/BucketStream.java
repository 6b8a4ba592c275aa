package io.walferry.job.verify;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** Identities and states of one side, bucket after bucket; holds one bucket. The connection is in a transaction. */
final class BucketStream implements AutoCloseable {

    private static final int FETCH_ROWS = 2_000;

    private final Statement statement;
    private final ResultSet rows;
    private boolean more;

    BucketStream(Connection connection, String query) throws SQLException {
        statement = connection.createStatement();
        statement.setFetchSize(FETCH_ROWS);
        rows = statement.executeQuery(query);
        more = rows.next();
    }

    /** What the bucket has; buckets have to be asked for in their order. */
    Map<String, RowState> bucket(long bucket) throws SQLException {
        Map<String, RowState> states = new HashMap<>();
        while (more && rows.getLong(1) == bucket) {
            add(states, rows);
            more = rows.next();
        }
        return states;
    }

    /** Adds the row that the cursor is on. */
    static void add(Map<String, RowState> states, ResultSet row) throws SQLException {
        long first = row.getLong(3);
        long second = row.getLong(4);
        long version = row.getLong(5);
        states.merge(
                row.getString(2),
                RowState.ABSENT.plus(first, second, version),
                (known, one) -> known.plus(first, second, version));
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
