package io.walferry.tests.command;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** What a task has recorded about itself at the target. */
public final class ControlRecords {

    /** The control schema, or the task's row in it, is not there yet; a table of it is just being made. */
    private static final Set<String> NOT_YET = Set.of("3F000", "42P01");

    private ControlRecords() {}

    /** The task's phase; empty before the task has made its record. */
    public static Optional<String> phase(Connection target, String task) throws SQLException {
        try (PreparedStatement query = target.prepareStatement("SELECT phase FROM walferry.task WHERE task = ?")) {
            query.setString(1, task);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            if (NOT_YET.contains(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
