package io.walferry.tests.rows;

import java.util.ArrayList;
import java.util.List;

/**
 * Tables of one kind in a schema of their own, and what happens to them. Statements name tables without schema.
 *
 * @param schema as it is, unquoted
 * @param tables run before the job starts, with the rows to load
 * @param transactions run while the job follows changes, each list in one transaction
 * @param atTarget run at the target between load and changes
 */
record Scenario(String schema, List<String> tables, List<List<String>> transactions, List<String> atTarget) {

    static Scenario of(String schema, String... tables) {
        return new Scenario(schema, List.of(tables), List.of(), List.of());
    }

    /** One more transaction. */
    Scenario then(String... statements) {
        List<List<String>> more = new ArrayList<>(transactions);
        more.add(List.of(statements));
        return new Scenario(schema, tables, more, atTarget);
    }

    Scenario atTarget(String... statements) {
        return new Scenario(schema, tables, transactions, List.of(statements));
    }

    @Override
    public String toString() {
        return schema;
    }
}
