package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What the task's user may do with tables that are the target's own. */
final class ExistingTableRights {

    private final Connection target;
    private final String user;

    ExistingTableRights(Connection target, String user) {
        this.target = target;
        this.user = user;
    }

    /**
     * Looks.
     *
     * @param emptied tables, and whether the task may empty them
     * @param created schemas that are looked at otherwise, as the task creates objects in them
     */
    void check(Map<TableId, Boolean> emptied, Collection<String> created, List<Finding> findings) throws SQLException {
        TreeSet<String> schemas = new TreeSet<>();
        emptied.keySet().forEach(table -> schemas.add(table.schema()));
        schemas.removeAll(created);
        for (String schema : schemas) {
            if (!Query.bool(target, "SELECT pg_catalog.has_schema_privilege(?, 'USAGE')", schema)) {
                findings.add(Finding.error(
                                "target schema " + schema, "user " + user + " may not look into it", "Grant the right")
                        .atTarget("GRANT USAGE ON SCHEMA " + quoted(schema) + " TO " + quoted(user)));
            }
        }
        for (Map.Entry<TableId, Boolean> table : emptied.entrySet()) {
            check(table.getKey(), table.getValue(), findings);
        }
    }

    private void check(TableId table, boolean emptied, List<Finding> findings) throws SQLException {
        List<String> rights = new ArrayList<>(List.of("SELECT", "INSERT", "UPDATE", "DELETE"));
        if (emptied) {
            rights.add("TRUNCATE");
        }
        List<Long> oids = Query.all(
                target,
                "SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = ?",
                row -> row.getLong(1),
                table.schema(),
                table.name());
        if (oids.isEmpty()) {
            return; // told by another item
        }
        List<String> missing = new ArrayList<>();
        for (String right : rights) {
            if (!Query.bool(
                    target,
                    "SELECT pg_catalog.has_table_privilege(?::pg_catalog.int8::pg_catalog.oid, ?)",
                    oids.get(0),
                    right)) {
                missing.add(right);
            }
        }
        String where = "target table " + table;
        if (!missing.isEmpty()) {
            String list = String.join(", ", missing);
            findings.add(Finding.error(
                            where, "user " + user + " may not do all that the task does: " + list, "Grant the rights")
                    .atTarget("GRANT " + list + " ON " + quoted(table) + " TO " + quoted(user)));
        }
        if (Query.bool(
                target, "SELECT pg_catalog.row_security_active(?::pg_catalog.int8::pg_catalog.oid)", oids.get(0))) {
            findings.add(Finding.error(where, "row security applies to user " + user, "Exempt the user")
                    .because("rows could be refused, or not be found when they change")
                    .atTarget("ALTER ROLE " + quoted(user) + " BYPASSRLS"));
        }
    }
}
