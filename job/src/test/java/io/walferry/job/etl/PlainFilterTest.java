package io.walferry.job.etl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.Column;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainFilterTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tenant = 42 | \"t\".\"tenant\" = 42",
                "id > -3 AND NOT (tenant <> id) | \"t\".\"id\" > -3 AND NOT \"t\".\"tenant\" <> \"t\".\"id\"",
                "o.status IN ('new', 'it''s') OR ok | \"t\".\"status\" IN ('new', 'it''s') OR \"t\".\"ok\"",
                "`Tenant` IS NOT NULL AND status <> '' | \"t\".\"Tenant\" IS NOT NULL AND \"t\".\"status\" <> ''",
                "(id = 1 OR id = 2) AND ok IS NULL | (\"t\".\"id\" = 1 OR \"t\".\"id\" = 2) AND \"t\".\"ok\" IS NULL",
            })
    void ofIntegersBooleansAndEqualTextsIsOneOfPostgresToo(String condition, String sql) {
        assertThat(PlainFilter.of(table("SELECT * FROM s.orders AS o WHERE " + condition)))
                .contains(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status > 'a'",
                "status = 'é'",
                "status = 'a\\'",
                "amount > 1",
                "fixed = 'a'",
                "loose = 'a'",
                "other = 'a'",
                "id = 1.5",
                "id + 1 = 2",
                "MOD(id, 3) = 0",
                "UPPER(status) = 'A'",
                "status LIKE 'a%'",
                "id = 1 OR amount IS NULL",
                "walferry_table = 'orders'",
                "id BETWEEN 1 AND 2",
            })
    void ofAnythingElseIsNot(String condition) {
        assertThat(PlainFilter.of(table("SELECT * FROM s.orders AS o WHERE " + condition)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT id, UPPER(status) AS status FROM s.orders WHERE id = 1", "SELECT id FROM s.orders"})
    void ofAStatementThatComputesOrKeepsAllIsNot(String statement) {
        assertThat(PlainFilter.of(table(statement))).isEmpty();
    }

    private static TableSchema table(String statement) {
        List<Column> columns = Stream.of(
                        column("id", "int4", false),
                        column("tenant", "int8", false),
                        column("Tenant", "int2", false),
                        column("ok", "bool", false),
                        column("status", "varchar(9)", false),
                        column("loose", "text", true),
                        column("amount", "numeric(10,2)", false),
                        column("fixed", "bpchar(3)", false),
                        column("other", "uuid", false))
                .toList();
        TableSchema table = new TableSchema(
                new TableId("s", "orders"), 1, false, columns, ReplicaIdentity.DEFAULT, List.of("id"), "pk", false);
        return table.withMapping(table.mapping().by(statement));
    }

    private static Column column(String name, String type, boolean loose) {
        return new Column(
                name, "pg_catalog." + type, "pg_catalog." + type, false, Column.Identity.NONE, false, loose, true);
    }
}
