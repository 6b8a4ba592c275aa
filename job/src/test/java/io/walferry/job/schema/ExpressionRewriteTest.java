package io.walferry.job.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.TableId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionRewriteTest {

    private final ExpressionRewrite rewrite = new ExpressionRewrite(
            new TableId("shop", "orders"),
            Map.of("amount", "to\"tal", "Größe", "size", "state", "phase", "year", "jahr", "text_ops", "x"),
            Set.of("secret"),
            Map.of(
                    new TableId("shop", "orders_id_seq"), new TableId("sales", "orders_id_seq"),
                    new TableId("shop", "orders"), new TableId("sales", "Orders")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CHECK ((amount >= (0)::numeric))|CHECK ((\"to\"\"tal\" >= (0)::numeric))",
                "CHECK ((\"Größe\" > 0) AND (note <> 'amount'::text))|CHECK ((\"size\" > 0) AND (note <> 'amount'::text))",
                "CHECK ((note <> E'it\\'s amount'::text))|CHECK ((note <> E'it\\'s amount'::text))",
                "amount(state)|amount(\"phase\")",
                "(v)::state|(v)::state",
                "(v)::timestamp without time zone|(v)::timestamp without time zone",
                "EXTRACT(year FROM at)|EXTRACT(year FROM at)",
                "(item).amount|(item).amount",
                "shop.amount(state)|shop.amount(\"phase\")",
                "nextval('shop.orders_id_seq'::regclass)|nextval('\"sales\".\"orders_id_seq\"'::regclass)",
                "'shop.orders_id_seq'::text|'shop.orders_id_seq'::text",
                "(NULL)::shop.orders|(NULL)::\"sales\".\"Orders\"",
                "USING btree (amount DESC, note text_ops) WITH (amount='70') WHERE (state > 5)"
                        + "|USING btree (\"to\"\"tal\" DESC, note text_ops) WITH (amount='70') WHERE (\"phase\" > 5)",
                "EXCLUDE USING gist (state WITH =, during WITH &&)|EXCLUDE USING gist (\"phase\" WITH =, during WITH &&)",
                "CASE WHEN state THEN amount ELSE year END|CASE WHEN \"phase\" THEN \"to\"\"tal\" ELSE \"jahr\" END",
            })
    void givesColumnsAndRelationsTheirNewNames(String sql, String expected) {
        assertThat(rewrite.apply(sql)).contains(expected);
    }

    @Test
    void isEmptyWhereWhatIsGoneIsNeeded() {
        assertThat(rewrite.apply("CHECK ((secret <> ''::text))")).isEmpty();
        assertThat(rewrite.apply("CHECK ((orders.* IS NOT NULL))")).isEmpty();
        assertThat(rewrite.apply("CHECK ((note <> 'secret'::text))")).isPresent();
    }
}
