package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the source lets the task's user do all that it will do there: read tables and sequences, and make a publication of
 * the tables.
 *
 * @see <a href="https://www.postgresql.org/docs/current/logical-replication-security.html">Security of logical replication</a>
 */
final class SourceRightsCheck implements Check {

    private static final int TABLES_SHOWN = 5;

    @Override
    public CheckItem item() {
        return CheckItem.SOURCE_RIGHTS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        Connection source = context.source();
        String user = context.database(Side.SOURCE).endpoint().username();
        String publication = context.config().publication();
        boolean published = Query.bool(
                source, "SELECT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = ?)", publication);
        if (published) {
            publicationOwner(context, user, publication, findings);
        } else if (!Query.bool(
                source, "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')")) {
            findings.add(Finding.error(
                            context.where(Side.SOURCE),
                            "user " + user + " may not make a publication in this database",
                            "Grant the right")
                    .because("CREATE PUBLICATION asks for the right CREATE on the database")
                    .atSource("GRANT CREATE ON DATABASE "
                            + quoted(context.database(Side.SOURCE).endpoint().database()) + " TO " + quoted(user)));
        }
        tableOwners(context, user, findings);
        findings.addAll(new CatalogCheck(item()).run(context));
        return findings;
    }

    private static void publicationOwner(CheckContext context, String user, String publication, List<Finding> findings)
            throws SQLException {
        List<String> others = Query.texts(
                context.source(),
                "SELECT pg_catalog.pg_get_userbyid(pubowner) FROM pg_catalog.pg_publication WHERE pubname = ?"
                        + " AND NOT pg_catalog.pg_has_role(pubowner, 'USAGE')",
                publication);
        for (String owner : others) {
            findings.add(Finding.error(
                            "publication " + publication + " at " + context.where(Side.SOURCE),
                            "it belongs to " + owner + ", so user " + user + " may not alter it",
                            "Hand it over, or drop it if nothing reads it")
                    .atSource("ALTER PUBLICATION " + quoted(publication) + " OWNER TO " + quoted(user)));
        }
    }

    private static void tableOwners(CheckContext context, String user, List<Finding> findings) throws SQLException {
        List<Long> tables =
                context.catalog().tables().stream().map(TableSchema::oid).toList();
        Map<String, List<TableId>> others = new LinkedHashMap<>();
        Query.all(
                context.source(),
                """
                SELECT pg_catalog.pg_get_userbyid(c.relowner), n.nspname, c.relname
                  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.oid = ANY (?::pg_catalog.int8[]::pg_catalog.oid[])
                   AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
                 ORDER BY 1, 2, 3""",
                row -> others.computeIfAbsent(row.getString(1), owner -> new ArrayList<>())
                        .add(new TableId(row.getString(2), row.getString(3))),
                tables);
        others.forEach((owner, owned) -> findings.add(Finding.error(
                        "source tables " + shown(owned),
                        "they belong to " + owner + ", and user " + user + " has no part in that role",
                        "Make the user a member of the owner, or use a superuser")
                .because("only a table's owner may add it to a publication")
                .atSource("GRANT " + quoted(owner) + " TO " + quoted(user))));
    }

    private static String shown(List<TableId> tables) {
        return tables.stream().limit(TABLES_SHOWN).map(TableId::toString).collect(Collectors.joining(", "))
                + (tables.size() > TABLES_SHOWN ? " and " + (tables.size() - TABLES_SHOWN) + " more" : "");
    }
}
