package io.walferry.job.etl;

import io.walferry.job.model.Column;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** Tables of the tests. */
final class Fixtures {

    private Fixtures() {}

    /** {@code shop.orders} with the key id and these columns: name, then type without its schema. */
    static TableSchema orders(String... namesAndTypes) {
        List<Column> columns = new ArrayList<>(List.of(column("id", "int8")));
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            columns.add(column(namesAndTypes[i], namesAndTypes[i + 1]));
        }
        return new TableSchema(
                new TableId("shop", "orders"),
                4711,
                false,
                columns,
                ReplicaIdentity.DEFAULT,
                List.of("id"),
                "orders_pkey",
                false);
    }

    static TableSchema by(TableSchema table, String statement) {
        return table.withMapping(table.mapping().by(statement));
    }

    private static Column column(String name, String type) {
        return new Column(
                name, "pg_catalog." + type, "pg_catalog." + type, false, Column.Identity.NONE, false, false, true);
    }
}
