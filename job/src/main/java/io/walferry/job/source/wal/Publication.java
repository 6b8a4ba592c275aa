package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The task's publication at the source: exactly the task's tables, never all tables. It must exist before the slot is made,
 * because the server looks it up as it was at the change that it decodes.
 *
 * @param name unquoted
 * @see <a href="https://www.postgresql.org/docs/current/sql-createpublication.html">CREATE PUBLICATION</a>
 */
public record Publication(String name) {

    /** The first version with {@code publish_via_partition_root}. */
    private static final int VIA_PARTITION_ROOT = 13;

    private static final int TRUNCATE = 11;
    private static final int FILTERS_AND_SCHEMAS = 15;

    /** What the server has; {@code plain}: publishes every change of every column and row of its tables, roots as roots. */
    private record Found(boolean allTables, boolean plain, Set<Long> tables) {}

    /**
     * Makes the publication, or makes an existing one publish exactly {@code tables}. Nothing is altered if it does already.
     *
     * @throws SyncException if the server cannot publish one of the tables, or the publication was made for all tables
     */
    public void ensure(Connection source, Collection<TableSchema> tables) throws SQLException {
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("a publication needs a table");
        }
        int version = source.getMetaData().getDatabaseMajorVersion();
        try (Statement statement = source.createStatement()) {
            Found found = find(source, version);
            if (found == null) {
                statement.execute(createSql(tables, version));
                return;
            }
            if (found.allTables()) {
                throw new SyncException(
                        FailureKind.NEEDS_OPERATOR,
                        "publication " + name,
                        "it publishes all tables, so it was not made by this task",
                        "Drop it or choose another name for the task");
            }
            Set<Long> wanted = tables.stream().map(TableSchema::oid).collect(Collectors.toSet());
            if (!found.plain() || !found.tables().equals(wanted)) {
                for (String sql : alterSql(tables, version)) {
                    statement.execute(sql);
                }
            }
        }
    }

    /**
     * Makes sure that it still publishes exactly {@code tables}, with every kind of change.
     *
     * @throws SyncException if it does not: what it did not publish meanwhile is missing in the changelog
     */
    public void verify(Connection source, Collection<TableSchema> tables) throws SQLException {
        Found found = find(source, source.getMetaData().getDatabaseMajorVersion());
        Set<Long> wanted = tables.stream().map(TableSchema::oid).collect(Collectors.toSet());
        String what = found == null
                ? "it is gone"
                : found.allTables() || !found.plain() || !found.tables().equals(wanted)
                        ? "it no longer publishes exactly the task's tables with all their changes"
                        : null;
        refuseIf(what);
    }

    private void refuseIf(String what) {
        if (what != null) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "publication " + name + " at the source",
                    what + ", so the changelog may lack changes",
                    "Drop the task's slot at the source and its tables and control records at the target, and start it anew");
        }
    }

    /**
     * Makes sure that it still publishes {@code tables}, as far as they are there, with every kind of change; it may have more.
     *
     * @throws SyncException if it does not: what it did not publish meanwhile is missing in the changelog
     */
    public void verifyAtLeast(Connection source, Collection<TableSchema> tables) throws SQLException {
        Found found = find(source, source.getMetaData().getDatabaseMajorVersion());
        Set<Long> missing = tables.stream().map(TableSchema::oid).collect(Collectors.toSet());
        if (found != null) {
            missing.removeAll(found.tables());
        }
        if (found == null) {
            refuseIf("it is gone");
        } else if (found.allTables() || !found.plain()) {
            refuseIf("it no longer publishes all changes of exactly the task's tables");
        } else {
            List<String> unpublished = existing(source, missing);
            refuseIf(unpublished.isEmpty() ? null : "it no longer publishes " + String.join(", ", unpublished));
        }
    }

    /** Names of those of the tables that are there, some of them. */
    private static List<String> existing(Connection source, Set<Long> oids) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement =
                source.prepareStatement("SELECT oid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_class"
                        + " WHERE oid = ANY (?::pg_catalog.int8[]::pg_catalog.oid[]) ORDER BY 1 LIMIT 10")) {
            statement.setArray(1, source.createArrayOf("int8", oids.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
        }
        return names;
    }

    /** Publishes the tables no longer, as far as it does and they are there. */
    public void remove(Connection source, Collection<Long> oids) throws SQLException {
        try (PreparedStatement find = source.prepareStatement(
                        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind = 'p'"
                                + " FROM pg_catalog.pg_publication p"
                                + " JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid"
                                + " JOIN pg_catalog.pg_class c ON c.oid = r.prrelid"
                                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE p.pubname = ? AND c.oid = ANY (?::pg_catalog.int8[]::pg_catalog.oid[])");
                Statement statement = source.createStatement()) {
            find.setString(1, name);
            find.setArray(2, source.createArrayOf("int8", oids.toArray()));
            try (ResultSet row = find.executeQuery()) {
                while (row.next()) {
                    statement.execute("ALTER PUBLICATION " + quoted(name) + " DROP TABLE "
                            + (row.getBoolean(2) ? "" : "ONLY ") + row.getString(1));
                }
            }
        }
    }

    /** Drops it if it is there. */
    public void drop(Connection source) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute("DROP PUBLICATION IF EXISTS " + quoted(name));
        }
    }

    String createSql(Collection<TableSchema> tables, int version) {
        return "CREATE PUBLICATION %s FOR TABLE %s WITH (%s)"
                .formatted(quoted(name), list(tables, version), options(version));
    }

    List<String> alterSql(Collection<TableSchema> tables, int version) {
        return List.of(
                "ALTER PUBLICATION %s SET TABLE %s".formatted(quoted(name), list(tables, version)),
                "ALTER PUBLICATION %s SET (%s)".formatted(quoted(name), options(version)));
    }

    private String list(Collection<TableSchema> tables, int version) {
        return tables.stream().map(table -> item(table, version)).collect(Collectors.joining(", "));
    }

    private String item(TableSchema table, int version) {
        if (!table.partitioned()) {
            // ONLY: a child table of an inheritance parent is a table of its own here.
            return "ONLY " + quoted(table.id());
        }
        if (version < VIA_PARTITION_ROOT) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "source table " + table.id(),
                    "it is partitioned, and PostgreSQL " + version + " cannot publish a partitioned table",
                    "Exclude it and include its partitions, or upgrade the source to version 13 or later");
        }
        return quoted(table.id());
    }

    private static String options(int version) {
        String publish = version >= TRUNCATE ? "insert, update, delete, truncate" : "insert, update, delete";
        return "publish = '" + publish + "'"
                + (version >= VIA_PARTITION_ROOT ? ", publish_via_partition_root = true" : "");
    }

    private Found find(Connection source, int version) throws SQLException {
        String plain = "p.pubinsert AND p.pubupdate AND p.pubdelete"
                + (version >= TRUNCATE ? " AND p.pubtruncate" : "")
                + (version >= VIA_PARTITION_ROOT ? " AND p.pubviaroot" : "")
                + (version >= FILTERS_AND_SCHEMAS
                        ? " AND NOT EXISTS (SELECT FROM pg_catalog.pg_publication_namespace n WHERE n.pnpubid = p.oid)"
                                + " AND NOT EXISTS (SELECT FROM pg_catalog.pg_publication_rel f WHERE f.prpubid = p.oid"
                                + " AND (f.prqual IS NOT NULL OR f.prattrs IS NOT NULL))"
                        : "");
        String sql = "SELECT p.puballtables, " + plain + ", ARRAY(SELECT r.prrelid::pg_catalog.int8"
                + " FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid)"
                + " FROM pg_catalog.pg_publication p WHERE p.pubname = ?";
        try (PreparedStatement statement = source.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new Found(row.getBoolean(1), row.getBoolean(2), Set.of((Long[])
                                row.getArray(3).getArray()))
                        : null;
            }
        }
    }
}
