package io.walferry.job.precheck;

import io.walferry.job.dialect.TransactionMark;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.sql.OriginSql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether changes can be told by their origin: those that the task leaves out, and its own, which another may leave out. */
final class OriginsCheck implements Check {

    /** For the records, and for a table that is loaded anew. */
    private static final int SESSIONS_BESIDE_WRITERS = 2;

    @Override
    public CheckItem item() {
        return CheckItem.ORIGINS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        List<String> excluded = context.config().origins().excluded();
        if (!excluded.isEmpty()) {
            findings.add(
                    Finding.info(
                            context.where(Side.SOURCE),
                            "changes of " + String.join(", ", excluded)
                                    + " are left out, so changes of structure are not followed"
                                    + " and no table is loaded anew",
                            "Change the structure on both sides and start the task again: it goes on where a table's new form begins"));
            if (context.source().getMetaData().getDatabaseMajorVersion() < OriginSql.MESSAGES) {
                unknown(context, excluded)
                        .forEach(name -> findings.add(Finding.warning(
                                        context.where(Side.SOURCE),
                                        "it has no replication origin of " + name
                                                + ", by which alone its version tells whose a change is",
                                        "Let " + name + " start first, as a superuser of this server; check the name")
                                .because("changes without an origin count as the source's own and go to the target")));
            }
        }
        if (!TransactionMark.possible(context.target())) {
            findings.add(Finding.info(
                    context.where(Side.TARGET),
                    "no task that reads this database can leave out what this one writes: before PostgreSQL "
                            + OriginSql.MESSAGES + " only a superuser can mark it",
                    "Use a superuser at the target, if tasks shall go both ways"));
        }
        if (!excluded.isEmpty()) {
            room(context).ifPresent(findings::add);
        }
        return findings;
    }

    /** Of two tasks that go both ways, each has to be told from applications by the other. */
    private static Optional<Finding> room(CheckContext context) throws SQLException {
        if (context.target().getMetaData().getDatabaseMajorVersion() >= OriginSql.MESSAGES
                || !TransactionMark.possible(context.target())) {
            return Optional.empty();
        }
        int sessions = context.config().apply().writers() + SESSIONS_BESIDE_WRITERS;
        int room = Integer.parseInt(Query.texts(
                        context.target(),
                        "SELECT (pg_catalog.current_setting('max_replication_slots')::pg_catalog.int4"
                                + " - pg_catalog.count(*))::pg_catalog.text FROM pg_catalog.pg_replication_origin_status"
                                + " WHERE pg_catalog.strpos(external_id, '"
                                + OriginSql.prefix(context.config().task()) + "') <> 1")
                .get(0));
        return room >= sessions
                ? Optional.empty()
                : Optional.of(
                        Finding.warning(
                                        context.where(Side.TARGET),
                                        "it has room for " + room
                                                + " replication origins, and the task writes with up to " + sessions
                                                + " sessions, each of which needs one",
                                        "Raise max_replication_slots there, or give the task fewer writers (apply.writers)")
                                .because(
                                        "before PostgreSQL " + OriginSql.MESSAGES
                                                + " nothing else marks its changes, and the task that goes the other way would send them back"));
    }

    private static List<String> unknown(CheckContext context, List<String> excluded) throws SQLException {
        List<String> origins = Query.texts(context.source(), "SELECT roname FROM pg_catalog.pg_replication_origin");
        return excluded.stream()
                .filter(name -> !name.equals("*"))
                .filter(name -> origins.stream()
                        .noneMatch(origin -> origin.equals(name) || origin.startsWith(OriginSql.prefix(name))))
                .toList();
    }
}
