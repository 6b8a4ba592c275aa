package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.model.TableSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** How much the selected tables take at the source. PostgreSQL cannot be asked how much room it has. */
final class TargetSpaceCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.TARGET_SPACE;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<Long> tables =
                context.catalog().tables().stream().map(TableSchema::oid).toList();
        String needed = Query.one(
                context.source(),
                """
                WITH RECURSIVE part (oid) AS (
                  SELECT pg_catalog.unnest(?::pg_catalog.int8[]::pg_catalog.oid[])
                  UNION
                  SELECT i.inhrelid FROM pg_catalog.pg_inherits i
                    JOIN part ON part.oid = i.inhparent
                    JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relispartition)
                SELECT pg_catalog.pg_size_pretty(COALESCE(sum(pg_catalog.pg_total_relation_size(oid::pg_catalog.regclass)),
                         0)::pg_catalog.int8)
                  FROM part""",
                row -> row.getString(1),
                tables);
        String there = Query.one(
                context.target(),
                "SELECT pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database()))",
                row -> row.getString(1));
        return List.of(Finding.info(
                context.where(Side.TARGET),
                "the selected tables take " + needed + " at the source, with indexes; the target's database has "
                        + there + " now. The server cannot be asked how much room is left",
                "Make sure that there is more, and as much again for the WAL of the load"));
    }
}
