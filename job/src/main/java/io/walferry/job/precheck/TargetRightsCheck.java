package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.ControlSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the target lets the task's user make its records, schemas and tables. */
public final class TargetRightsCheck implements Check {

    /** The schemas that the task creates objects in. */
    @FunctionalInterface
    public interface Schemas {
        Collection<String> names() throws SQLException;
    }

    /** The tables that the target had and the task writes to; whether they may be emptied. */
    @FunctionalInterface
    public interface ExistingTables {
        Map<TableId, Boolean> emptied() throws SQLException;
    }

    private final Schemas schemas;
    private final ExistingTables existing;

    public TargetRightsCheck(Schemas schemas, ExistingTables existing) {
        this.schemas = schemas;
        this.existing = existing;
    }

    @Override
    public CheckItem item() {
        return CheckItem.TARGET_RIGHTS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        Connection target = context.target();
        String where = context.where(Side.TARGET);
        String user = context.database(Side.TARGET).endpoint().username();
        String database = context.database(Side.TARGET).endpoint().database();
        Set<String> present = new HashSet<>(Query.texts(target, "SELECT nspname FROM pg_catalog.pg_namespace"));
        List<String> missing = schemas.names().stream()
                .filter(schema -> !present.contains(schema))
                .sorted()
                .toList();
        List<Finding> findings = new ArrayList<>();
        boolean newSchemas = !missing.isEmpty() || !present.contains(ControlSql.SCHEMA);
        if (newSchemas && !mayDo(target, "CREATE")) {
            findings.add(
                    Finding.error(where, "user " + user + " may not create schemas in this database", "Grant the right")
                            .because("the task makes schema " + ControlSql.SCHEMA + " for its records"
                                    + (missing.isEmpty() ? "" : ", and " + String.join(", ", missing)))
                            .atTarget("GRANT CREATE ON DATABASE " + quoted(database) + " TO " + quoted(user)));
        }
        if (!mayDo(target, "TEMPORARY")) {
            findings.add(Finding.error(where, "user " + user + " may not make temporary tables", "Grant the right")
                    .because("changes are staged in temporary tables")
                    .atTarget("GRANT TEMPORARY ON DATABASE " + quoted(database) + " TO " + quoted(user)));
        }
        for (String schema : schemas.names()) {
            if (present.contains(schema)) {
                schemaRights(target, schema, user, findings);
            }
        }
        if (present.contains(ControlSql.SCHEMA)) {
            controlRights(target, user, findings);
        }
        new ExistingTableRights(target, user).check(existing.emptied(), schemas.names(), findings);
        return findings;
    }

    private static boolean mayDo(Connection target, String right) throws SQLException {
        return Query.bool(target, "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), ?)", right);
    }

    private static void schemaRights(Connection target, String schema, String user, List<Finding> findings)
            throws SQLException {
        if (!Query.bool(
                target,
                "SELECT pg_catalog.has_schema_privilege(?, 'USAGE') AND pg_catalog.has_schema_privilege(?, 'CREATE')",
                schema,
                schema)) {
            findings.add(Finding.error(
                            "target schema " + schema,
                            "user " + user + " may not create tables in it",
                            "Grant the right")
                    .atTarget("GRANT USAGE, CREATE ON SCHEMA " + quoted(schema) + " TO " + quoted(user)));
        }
    }

    private static void controlRights(Connection target, String user, List<Finding> findings) throws SQLException {
        schemaRights(target, ControlSql.SCHEMA, user, findings);
        List<String> tables = Query.texts(
                target,
                """
                SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = ? AND c.relkind = 'r' AND NOT (pg_catalog.has_table_privilege(c.oid, 'SELECT')
                   AND pg_catalog.has_table_privilege(c.oid, 'INSERT')
                   AND pg_catalog.has_table_privilege(c.oid, 'UPDATE')
                   AND pg_catalog.has_table_privilege(c.oid, 'DELETE'))
                 ORDER BY 1""",
                ControlSql.SCHEMA);
        if (!tables.isEmpty()) {
            findings.add(Finding.error(
                            "target schema " + ControlSql.SCHEMA,
                            "user " + user + " may not read and write all of its tables (" + String.join(", ", tables)
                                    + ")",
                            "Grant the rights")
                    .because("another user's task has made it")
                    .atTarget("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "
                            + quoted(ControlSql.SCHEMA) + " TO " + quoted(user)));
        }
    }
}
