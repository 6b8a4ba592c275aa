package io.walferry.tests.run;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** One value from a server. */
public final class Sql {

    private Sql() {}

    /** The first column of the first row; empty if it is NULL or there is none. */
    public static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() && row.getString(1) != null ? row.getString(1) : "";
        }
    }

    public static boolean is(Connection connection, String query) throws SQLException {
        return text(connection, query).equals("t");
    }
}
