package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.config.Endpoint;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether the source lets us read its changelog; a connection says it better than the role's attributes. */
final class ReplicationConnectionCheck implements Check {

    private static final String NO_SENDER_LEFT = "53300";
    private static final Set<String> NO_RIGHT = Set.of("42501", "28000");

    @Override
    public CheckItem item() {
        return CheckItem.REPLICATION_CONNECTION;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        Endpoint endpoint = context.database(Side.SOURCE).endpoint();
        try {
            context.database(Side.SOURCE).openReplication().close();
            return List.of();
        } catch (SQLException e) {
            if (NO_SENDER_LEFT.equals(e.getSQLState())) {
                // The item of the senders tells it.
                return List.of();
            }
            // 42501 from version 16 on, 28000 before: both also say other things.
            boolean mayReplicate = Query.bool(
                    context.source(),
                    "SELECT rolsuper OR rolreplication FROM pg_catalog.pg_roles WHERE rolname = current_user");
            if (mayReplicate || !NO_RIGHT.contains(e.getSQLState())) {
                return List.of(ConnectionFailure.assess(Side.SOURCE, endpoint, e)
                        .because("changes are read over a connection for replication"));
            }
            return List.of(Finding.error(
                            context.where(Side.SOURCE),
                            "user " + endpoint.username() + " may not read the changelog",
                            "Give the role the attribute; a managed service may have a role to grant instead, such as"
                                    + " rds_replication")
                    .because("slots and replication connections are for superusers and roles with REPLICATION")
                    .atSource("ALTER ROLE " + quoted(endpoint.username()) + " REPLICATION"));
        }
    }
}
