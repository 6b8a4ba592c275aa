package io.walferry.job.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparedRowsTest {

    private static ComparedRows rows(RowHash hash) {
        return new ComparedRows(
                "(SELECT 1) AS r",
                List.of("id", "day", "v"),
                List.of("r.\"id\"", "r.\"day\"", "r.\"v\""),
                List.of("r.\"id\"", "r.\"day\"", "pg_catalog.int8send(r.\"v\")"),
                List.of("id", "day"),
                List.of("pg_catalog.\"int4\"", "pg_catalog.\"date\""),
                2,
                hash);
    }

    @Test
    void makesTheTextOfARowOnceForBothHashes() {
        assertThat(rows(RowHash.EXTENDED).checksum(""))
                .isEqualTo("SELECT count(*), coalesce(sum(pg_catalog.hashtextextended(d COLLATE pg_catalog.\"C\", 0)),"
                        + " 0)::pg_catalog.text, coalesce(sum(pg_catalog.hashtextextended(d COLLATE pg_catalog.\"C\","
                        + " 7046029254386353131)), 0)::pg_catalog.text FROM (SELECT ROW(r.\"id\", r.\"day\","
                        + " r.\"v\")::pg_catalog.text AS d FROM (SELECT 1) AS r OFFSET 0) x");
    }

    @Test
    void hashesARowWithoutItsTextWhereBothServersCan() {
        assertThat(rows(RowHash.RECORD).checksum(""))
                .isEqualTo("SELECT count(*), coalesce(sum(d), 0)::pg_catalog.text,"
                        + " coalesce(sum(pg_catalog.hashtextextended(d::pg_catalog.text COLLATE pg_catalog.\"C\", 0)),"
                        + " 0)::pg_catalog.text FROM (SELECT pg_catalog.hash_record_extended(ROW(r.\"id\", r.\"day\","
                        + " pg_catalog.int8send(r.\"v\")), 0) AS d FROM (SELECT 1) AS r OFFSET 0) x");
    }

    @Test
    void cutsAlongTheFirstColumnsOfTheKey() {
        assertThat(rows(RowHash.EXTENDED).filter(List.of("7"), List.of("9"), 100))
                .isEqualTo(" WHERE r.\"id\" >= '7'::pg_catalog.\"int4\" AND r.\"id\" < '9'::pg_catalog.\"int4\"");
        assertThat(rows(RowHash.EXTENDED).filter(List.of(), List.of("9", "2024-01-01"), 100))
                .isEqualTo(
                        " WHERE (r.\"id\", r.\"day\") < ('9'::pg_catalog.\"int4\", '2024-01-01'::pg_catalog.\"date\")");
        assertThat(rows(RowHash.EXTENDED).filter(List.of(), List.of(), 100)).isEmpty();
    }

    @Test
    void asksOldServersAndOtherEncodingsForMd5() {
        assertThat(RowHash.of(10, "UTF8", 17, "UTF8")).isEqualTo(RowHash.MD5);
        assertThat(RowHash.of(13, "UTF8", 17, "UTF8")).isEqualTo(RowHash.EXTENDED);
        assertThat(RowHash.of(17, "UTF8", 11, "UTF8")).isEqualTo(RowHash.EXTENDED);
        assertThat(RowHash.of(14, "UTF8", 17, "UTF8")).isEqualTo(RowHash.RECORD);
        assertThat(RowHash.of(17, "LATIN1", 17, "UTF8")).isEqualTo(RowHash.MD5_UTF8);
        assertThat(rows(RowHash.MD5_UTF8).checksum("")).contains("pg_catalog.md5(pg_catalog.convert_to(ROW(");
    }
}
