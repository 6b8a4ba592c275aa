package io.walferry.job.schema;

import io.walferry.job.model.TableId;
import io.walferry.job.sql.TargetSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/** What the target had when it was asked. */
final class TargetObjects {

    private final Set<Presence> present;

    TargetObjects(Set<Presence> present) {
        this.present = Set.copyOf(present);
    }

    static TargetObjects read(Connection target) throws SQLException {
        Set<Presence> present = new HashSet<>();
        try (Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery(TargetSql.presences())) {
            while (rows.next()) {
                present.add(new Presence(
                        Presence.Kind.valueOf(rows.getString(1)),
                        new TableId(rows.getString(2), rows.getString(3)),
                        rows.getString(4)));
            }
        }
        return new TargetObjects(present);
    }

    boolean has(Presence presence) {
        return present.contains(presence);
    }

    /** An index that a broken-off build left: it costs and serves nobody. */
    boolean hasInvalid(Presence presence) {
        return presence.kind() == Presence.Kind.INDEX
                && present.contains(new Presence(Presence.Kind.INVALID_INDEX, presence.id(), presence.detail()));
    }
}
