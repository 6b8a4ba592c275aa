package io.walferry.job.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.model.Column;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotSqlTest {

    private static final Column ID = column("id", "pg_catalog.int4", false);
    private static final Column CODE = column("Co\"de", "pg_catalog.\"bit\"", false);
    private static final Column MOOD = column("mood", "\"My Types\".mood", false);
    private static final Column TOTAL = column("total", "pg_catalog.int4", true);

    @Test
    void copiesAWholeTableWithoutItsGeneratedColumnsAndChildren() {
        assertThat(SnapshotSql.copy(table(false, "id"), List.of(), List.of(), CopyFormat.BINARY))
                .isEqualTo(
                        "COPY (SELECT \"id\", \"Co\"\"de\", \"mood\" FROM ONLY \"s\".\"t 1\") TO STDOUT (FORMAT binary)");
    }

    @Test
    void copiesAPartitionedTableThroughItsRoot() {
        assertThat(SnapshotSql.copy(table(true, "id"), List.of("1"), List.of(), CopyFormat.TEXT))
                .startsWith("COPY (SELECT \"id\", \"Co\"\"de\", \"mood\" FROM \"s\".\"t 1\""
                        + " WHERE \"id\" >= '1'::pg_catalog.int4 AND tableoid = ANY (ARRAY(")
                .endsWith("SELECT oid FROM part))) TO STDOUT (FORMAT text)");
    }

    @Test
    void comparesACompositeKeyAsARow() {
        assertThat(SnapshotSql.copy(
                        table(false, "id", "Co\"de"), List.of("-1", "101"), List.of("7", "0'1\\"), CopyFormat.TEXT))
                .endsWith("WHERE (\"id\", \"Co\"\"de\") >= ('-1'::pg_catalog.int4, '101'::pg_catalog.\"bit\")"
                        + " AND (\"id\", \"Co\"\"de\") < ('7'::pg_catalog.int4, E'0''1\\\\'::pg_catalog.\"bit\"))"
                        + " TO STDOUT (FORMAT text)");
    }

    @Test
    void refusesABoundOfAnotherKey() {
        assertThatThrownBy(() -> SnapshotSql.copy(table(false, "id"), List.of("1", "2"), List.of(), CopyFormat.TEXT))
                .hasMessage("a bound of s.t 1 has 2 values for 1 key columns");
    }

    @Test
    void asksForTheSnapshotBeforeThePosition() {
        assertThat(SnapshotSql.snapshot(13))
                .isEqualTo("SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text,"
                        + " pg_catalog.pg_current_wal_insert_lsn()::pg_catalog.text");
        assertThat(SnapshotSql.snapshot(12)).contains("pg_catalog.txid_current_snapshot()");
    }

    @Test
    void choosesBoundsOnTheServer() {
        assertThat(SnapshotSql.bounds(table(false, "id", "mood"), 0.25, 4))
                .isEqualTo(
                        """
                SELECT bound.k0::pg_catalog.text, bound.k1::pg_catalog.text FROM (
                  SELECT DISTINCT k0, k1 FROM (
                    SELECT "id", "mood", row_number() OVER (ORDER BY "id", "mood") AS n, count(*) OVER () AS c
                    FROM ONLY "s"."t 1" TABLESAMPLE SYSTEM (0.250000)) AS sample (k0, k1, n, c)
                  WHERE n > 1 AND (n - 1) * 4 / c > (n - 2) * 4 / c) AS bound
                ORDER BY bound.k0, bound.k1""");
    }

    @Test
    void looksForOperatorsOnlyWhereATypeIsNotBuiltIn() {
        assertThat(SnapshotSql.needsKeyOperators(table(false, "id", "Co\"de"))).isFalse();
        assertThat(SnapshotSql.needsKeyOperators(table(false, "id", "mood"))).isTrue();
        assertThat(SnapshotSql.searchKeyOperators(table(false, "id", "mood")))
                .contains("a.attrelid = 16400 AND a.attname IN ('id', 'mood')");
    }

    private static TableSchema table(boolean partitioned, String... key) {
        return new TableSchema(
                new TableId("s", "t 1"),
                16400,
                partitioned,
                List.of(ID, CODE, TOTAL, MOOD),
                ReplicaIdentity.DEFAULT,
                List.of(key),
                "t_pkey",
                false);
    }

    private static Column column(String name, String type, boolean generated) {
        return new Column(name, type, type, true, Column.Identity.NONE, generated, false, true);
    }
}
