package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether what the selected tables refer to is selected too. */
final class ForeignKeyParentsCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.FOREIGN_KEY_PARENTS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<Long> tables =
                context.catalog().tables().stream().map(TableSchema::oid).collect(Collectors.toList());
        return Query.all(
                context.source(),
                // Through JSON, because releases before 11 lack conparentid; a partition's parent is selected by its
                // root.
                """
                WITH RECURSIVE selected (oid) AS (
                  SELECT pg_catalog.unnest(?::pg_catalog.int8[]::pg_catalog.oid[])
                  UNION
                  SELECT i.inhrelid FROM pg_catalog.pg_inherits i
                    JOIN selected s ON s.oid = i.inhparent
                    JOIN pg_catalog.pg_class p ON p.oid = i.inhrelid AND p.relispartition)
                SELECT k.conname, cn.nspname, c.relname, pn.nspname, p.relname
                  FROM pg_catalog.pg_constraint k
                  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
                  JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
                  JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
                  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
                 WHERE k.contype = 'f' AND k.conrelid IN (SELECT oid FROM selected)
                   AND k.confrelid NOT IN (SELECT oid FROM selected)
                   AND COALESCE(pg_catalog.to_jsonb(k) ->> 'conparentid', '0') = '0'
                 ORDER BY 2, 3, 1""",
                row -> {
                    TableId parent = new TableId(row.getString(4), row.getString(5));
                    return Finding.warning(
                                    "source table " + new TableId(row.getString(2), row.getString(3)),
                                    "its foreign key " + row.getString(1) + " refers to " + parent
                                            + ", which is not selected",
                                    "Add " + parent + " to objects.tables in the task file, or drop the foreign key")
                            .because(
                                    "what the parent's rows cascade to arrives as changes of its own, but the target has"
                                            + " no parent rows that the key could be checked against");
                },
                tables);
    }
}
