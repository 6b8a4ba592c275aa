package io.walferry.job.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementReaderTest {

    private static final Set<String> COLUMNS = Set.of("id", "amount", "status", "value", "note");

    private static RowStatement read(String sql) {
        return StatementReader.read(sql, "the statement", COLUMNS);
    }

    @Test
    void tellsWhatDecidesAndWhatIsOnlyPassedOn() {
        RowStatement statement = read("SELECT o.id, UPPER(note) AS shout, amount * 2 AS twice, `value`"
                + " FROM shop.orders AS o WHERE (o.amount > 10 OR status IS NULL) AND status <> 'x'");
        assertThat(statement.source()).isEqualTo(new TableId("shop", "orders"));
        assertThat(statement.alias()).isEqualTo("o");
        assertThat(statement.deciding()).containsExactlyInAnyOrder("amount", "status");
        assertThat(statement.outputs())
                .extracting(RowStatement.Output::name)
                .containsExactly("id", "shout", "twice", "value");
        assertThat(statement.outputs().get(0).passed()).contains("id");
        assertThat(statement.outputs().get(1).passed()).isEmpty();
        assertThat(statement.outputs().get(1).columns()).containsExactly("note");
        assertThat(statement.condition()).contains("(`o`.`amount` > 10 OR `status` IS NULL) AND `status` <> 'x'");
        assertThat(statement.steady()).isTrue();
    }

    @Test
    void looksUpWithoutLosingRows() {
        RowStatement statement = read("SELECT o.id, c.name AS customer FROM shop.orders AS o"
                + " JOIN customers FOR SYSTEM_TIME AS OF PROCTIME() AS c ON o.amount = c.id AND c.live");
        assertThat(statement.lookups()).hasSize(1);
        RowStatement.Lookup lookup = statement.lookups().get(0);
        assertThat(lookup.table()).isEqualTo("`customers`");
        assertThat(lookup.required()).contains("`c`.`id`");
        assertThat(statement.deciding()).containsExactly("amount");
        assertThat(statement.steady()).isFalse();
        assertThat(statement.repeatable()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT DISTINCT id FROM shop.orders                       | DISTINCT compares a row with all others",
                "SELECT id FROM shop.orders GROUP BY id                    | GROUP BY needs all rows of a group",
                "SELECT COUNT(*) AS n FROM shop.orders                     | column n has COUNT, which needs many rows",
                "SELECT SUM(amount) AS n FROM shop.orders                  | column n has SUM, which needs many rows",
                "SELECT id FROM shop.orders ORDER BY id                    | ORDER BY and LIMIT need all rows at once",
                "SELECT id FROM shop.orders LIMIT 3                        | ORDER BY and LIMIT need all rows at once",
                "SELECT id FROM shop.orders UNION ALL SELECT id FROM a.b   | UNION needs the rows of several queries",
                "SELECT ROW_NUMBER() OVER (ORDER BY id) AS n FROM shop.orders | column n has OVER, which needs neighbouring rows",
                "SELECT id FROM shop.orders WHERE id IN (SELECT id FROM a.b) | the condition has a query of its own",
                "SELECT o.id FROM shop.orders o JOIN a.b ON o.id = b.id    | a join with a table that changes needs all rows of both",
                "SELECT id FROM shop.orders, a.b                           | a join with a table that changes needs all rows of both",
                "SELECT id FROM (SELECT id FROM shop.orders)               | FROM has something else than a table",
                "WITH x AS (SELECT 1) SELECT id FROM shop.orders           | WITH is not supported",
                "SELECT id FROM orders                                     | FROM names the table orders, not schema and table",
                "SELECT id + 1 FROM shop.orders                            | has no name",
                "SELECT id, id FROM shop.orders                            | two of its columns are called id",
                "SELECT *, id FROM shop.orders                             | * stands beside other columns",
                "SELECT Id FROM shop.orders                                | column Id names Id, which is no column of the table. Did you mean id?",
                "SELECT id FROM shop.orders WHERE status = \"x\"           | Encountered",
                "SELECT id FROM shop.orders WHERE status = x               | names x, which is no column of the table",
                "SELECT id FROM shop.orders WHERE RAND() < 0.5             | its condition gives another answer each time",
                "SELECT id FROM shop.orders WHERE note < CURRENT_TIMESTAMP | its condition gives another answer each time",
                "SELECT id FROM                                            | Encountered",
                "SELECT id FROM shop.orders WHERE walferry_lsn > ''        | its condition gives another answer each time",
                "DELETE FROM shop.orders                                   | it is no SELECT",
                "SELECT 1 AS n                                             | it has no FROM",
                "VALUES (1)                                                | VALUES has no source table",
                "SELECT id FROM shop.orders EXCEPT SELECT id FROM a.b      | EXCEPT needs the rows of several queries",
                "SELECT id FROM shop.orders INTERSECT SELECT id FROM a.b   | INTERSECT needs the rows of several queries",
                "SELECT 1 AS n FROM shop.orders HAVING COUNT(*) > 1        | HAVING needs all rows of a group",
                "SELECT id FROM shop.orders WINDOW w AS (ORDER BY id)      | WINDOW needs neighbouring rows",
                "SELECT id FROM shop.orders WHERE id = ?                   | the condition has a ?",
                "SELECT o.id FROM shop.orders o JOIN c FOR SYSTEM_TIME AS OF PROCTIME() AS c ON o.id > c.id"
                        + " | the look-up c compares no column of its own for equality",
                "SELECT o.id FROM shop.orders o JOIN c (x INT) FOR SYSTEM_TIME AS OF PROCTIME() AS c ON o.id = c.id"
                        + " | a look-up has something else than a table",
                "SELECT o.id FROM shop.orders o RIGHT JOIN c FOR SYSTEM_TIME AS OF PROCTIME() AS c ON o.id = c.id"
                        + " | a look-up is neither JOIN … ON nor LEFT JOIN … ON",
                "SELECT o.id FROM shop.orders o JOIN c FOR SYSTEM_TIME AS OF PROCTIME() AS c USING (id)"
                        + " | a look-up is neither JOIN … ON nor LEFT JOIN … ON",
            })
    void refusesWhatCannotBeDoneRowByRow(String sql, String reason) {
        assertThatThrownBy(() -> read(sql))
                .isInstanceOf(SyncException.class)
                .hasMessageStartingWith("the statement: ")
                .hasMessageContaining(reason);
    }
}
