package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether both databases give sessions the same time zone. The task's own sessions run in UTC. A session cannot see what it
 * would have got had it asked for nothing, so the settings themselves are read, as far as the user may.
 */
final class TimeZoneCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.TIME_ZONE;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        Optional<String> source = timeZone(context.source());
        Optional<String> target = timeZone(context.target());
        if (source.isEmpty() || target.isEmpty()) {
            String side = source.isEmpty() ? "source" : "target";
            return List.of(Finding.info(
                    side,
                    "the task's user may not see which time zone its sessions get",
                    "Compare SHOW TimeZone on both sides, as the applications log in"));
        }
        if (source.get().equalsIgnoreCase(target.get())) {
            return List.of();
        }
        return List.of(Finding.warning(
                        context.where(Side.TARGET),
                        "its sessions get the time zone " + target.get() + ", the source's " + source.get(),
                        "Set the target's database to the source's")
                .because("values arrive as they are, but applications that convert between timestamp and timestamptz"
                        + " without naming a zone would get others")
                .atTarget("ALTER DATABASE "
                        + quoted(context.database(Side.TARGET).endpoint().database()) + " SET TimeZone = "
                        + literal(source.get()).strip()));
    }

    private static Optional<String> timeZone(Connection connection) throws SQLException {
        List<String> ofDatabase = Query.texts(
                connection,
                """
                SELECT pg_catalog.substr(c, pg_catalog.length('TimeZone=') + 1)
                  FROM pg_catalog.pg_db_role_setting s
                  JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,
                       pg_catalog.unnest(s.setconfig) c
                 WHERE d.datname = pg_catalog.current_database() AND s.setrole = 0 AND c ILIKE 'TimeZone=%'""");
        if (!ofDatabase.isEmpty()) {
            return Optional.of(ofDatabase.get(0));
        }
        boolean mayLook = Query.bool(
                connection,
                "SELECT pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')");
        return mayLook
                ? Query.texts(
                                connection,
                                "SELECT setting FROM pg_catalog.pg_file_settings WHERE name ILIKE 'TimeZone'"
                                        + " ORDER BY seqno DESC LIMIT 1")
                        .stream()
                        .findFirst()
                        .or(() -> Optional.of("GMT"))
                : Optional.empty();
    }
}
