package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether triggers, rules and foreign keys of the target would act on what the task writes. */
public final class TargetTriggersCheck implements Check {

    /** The tables that the task writes to. */
    @FunctionalInterface
    public interface Tables {
        Collection<TableId> names() throws SQLException;
    }

    private final Tables tables;

    public TargetTriggersCheck(Tables tables) {
        this.tables = tables;
    }

    @Override
    public CheckItem item() {
        return CheckItem.TARGET_TRIGGERS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        if (context.dialect().triggersCanBeSilenced()) {
            return always(context);
        }
        String user = context.database(Side.TARGET).endpoint().username();
        List<Finding> findings = new ArrayList<>();
        Finding told = Finding.warning(
                        context.where(Side.TARGET),
                        "user " + user
                                + " may not set session_replication_role, so triggers, rules and foreign keys would act"
                                + " on what the task writes: they are left out",
                        context.dialect().majorVersion() >= 15
                                ? "Grant the right"
                                : "Use a superuser, or on PolarDB a privileged account; else make them when applications"
                                        + " move to the target")
                .because("what they do has been done at the source already, and arrives from there");
        findings.add(
                context.dialect().majorVersion() >= 15
                        ? told.atTarget("GRANT SET ON PARAMETER session_replication_role TO " + quoted(user))
                        : told);
        acting(context, "'O', 'A'", "'D'")
                .forEach((table, names) -> findings.add(Finding.error(
                        "target table " + table,
                        "it has triggers, rules or foreign keys that the task cannot silence: "
                                + String.join(", ", names),
                        "Drop them until applications move to the target")));
        return findings;
    }

    /** Those that act even on replicas. */
    private List<Finding> always(CheckContext context) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        acting(context, "'A', 'R'", "'D', 'O'")
                .forEach((table, names) -> findings.add(Finding.warning(
                                "target table " + table,
                                "it has triggers or rules that are enabled for replicas: " + String.join(", ", names),
                                "Disable them, unless they are meant for what the task writes")
                        .because("they act on every row of the task")));
        return findings;
    }

    /** Names per table of triggers whose mode is one of {@code modes}, and of rules whose mode is none of {@code idle}. */
    private Map<TableId, List<String>> acting(CheckContext context, String modes, String idle) throws SQLException {
        List<String> schemas = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (TableId table : tables.names()) {
            schemas.add(table.schema());
            names.add(table.name());
        }
        Map<TableId, List<String>> acting = new LinkedHashMap<>();
        if (names.isEmpty()) {
            return acting;
        }
        Query.all(
                context.target(),
                """
                WITH written AS (
                  SELECT c.oid, n.nspname, c.relname
                    FROM ROWS FROM (pg_catalog.unnest(?::pg_catalog.text[]), pg_catalog.unnest(?::pg_catalog.text[]))
                         AS w (schema, name)
                    JOIN pg_catalog.pg_namespace n ON n.nspname = w.schema
                    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.name)
                SELECT w.nspname, w.relname, COALESCE(k.conname, t.tgname)
                  FROM written w
                  JOIN pg_catalog.pg_trigger t ON t.tgrelid = w.oid AND t.tgenabled IN (%s)
                  LEFT JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
                 WHERE NOT t.tgisinternal OR k.contype = 'f'
                UNION
                SELECT w.nspname, w.relname, r.rulename
                  FROM written w
                  JOIN pg_catalog.pg_rewrite r ON r.ev_class = w.oid AND r.ev_type <> '1' AND r.ev_enabled NOT IN (%s)
                 ORDER BY 1, 2, 3"""
                        .formatted(modes, idle),
                row -> acting.computeIfAbsent(
                                new TableId(row.getString(1), row.getString(2)), table -> new ArrayList<>())
                        .add(row.getString(3)),
                schemas,
                names);
        return acting;
    }
}
