package io.walferry.job.pipeline;

import io.walferry.job.etl.DeadLetterRecords;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.DeadLetterSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/** The dead letters in the control schema, for the statements. */
record RecordedDeadLetters(String task, Database target) implements DeadLetterRecords {

    @Override
    public Set<String> keys(TableId source) throws SQLException {
        try (Connection connection = target.open();
                PreparedStatement select = connection.prepareStatement(DeadLetterSql.keys())) {
            select.setString(1, task);
            select.setString(2, source.schema());
            select.setString(3, source.name());
            Set<String> keys = new HashSet<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
            }
            return keys;
        }
    }
}
