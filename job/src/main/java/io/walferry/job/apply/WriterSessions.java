package io.walferry.job.apply;

import io.walferry.job.model.KeyGroups;
import io.walferry.job.sql.ProgressSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of writers, found by their application name, which ends with the writer's range of key groups. A former writer
 * that is frozen, or whose machine is gone, cannot commit any more once its range is claimed; but the locks of a transaction
 * that it has open would keep its successor waiting for as long as its session lives.
 */
final class WriterSessions {

    private static final Logger LOG = LoggerFactory.getLogger(WriterSessions.class);

    private WriterSessions() {}

    /** Gives the session its name. */
    static void name(Connection connection, ApplySettings settings, int writer) throws SQLException {
        try (PreparedStatement name = connection.prepareStatement(ProgressSql.nameSession())) {
            name.setString(1, prefix(settings) + first(settings, writer) + "-" + last(settings, writer));
            name.execute();
        }
    }

    /** Ends the transactions that former writers of the same key groups have open. To be called before this writer opens one. */
    static void endFormer(Connection connection, ApplySettings settings, int writer) throws SQLException {
        try (PreparedStatement end = connection.prepareStatement(ProgressSql.endSessions())) {
            String prefix = prefix(settings);
            end.setString(1, prefix);
            end.setString(2, prefix);
            end.setInt(3, last(settings, writer));
            end.setInt(4, first(settings, writer));
            try (ResultSet ended = end.executeQuery()) {
                while (ended.next()) {
                    LOG.warn("Ended the session of a former writer, pid {} at the target", ended.getInt(1));
                }
            }
        }
    }

    private static String prefix(ApplySettings settings) {
        return "walferry " + settings.task() + " " + settings.lane() + " ";
    }

    private static int first(ApplySettings settings, int writer) {
        return KeyGroups.first(writer, settings.writers());
    }

    private static int last(ApplySettings settings, int writer) {
        return KeyGroups.last(writer, settings.writers());
    }
}
