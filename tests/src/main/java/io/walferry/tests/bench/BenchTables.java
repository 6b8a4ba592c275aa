package io.walferry.tests.bench;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tables of all contests: orders (14 columns of mixed types, some 240 bytes, one secondary index, REPLICA IDENTITY FULL)
 * and those of pgbench.
 *
 * @param orders rows of orders
 * @param scale as of pgbench: 100,000 accounts each
 */
record BenchTables(long orders, int scale) {

    static final String SCHEMA = "bench";
    static final List<String> NAMES = List.of("orders", "accounts", "tellers", "branches", "history", "beat");

    private static final int ACCOUNTS_PER_SCALE = 100_000;

    /** Half as many accounts again as orders. */
    static BenchTables of(long orders) {
        return new BenchTables(orders, (int) Math.max(1, orders * 3 / 2 / ACCOUNTS_PER_SCALE));
    }

    long accounts() {
        return (long) scale * ACCOUNTS_PER_SCALE;
    }

    /** Tables, rows and keys, the same whenever it is called. */
    void fill(PostgresServer server, String database) throws SQLException {
        create(server, database);
        ServerPair.execute(
                server,
                database,
                script("rows.sql").replace(":orders", Long.toString(orders)).replace(":scale", Integer.toString(scale)),
                script("keys.sql"));
        ServerPair.execute(server, database, "VACUUM ANALYZE");
    }

    /** Empty tables without keys. */
    static void create(PostgresServer server, String database) throws SQLException {
        ServerPair.execute(server, database, script("tables.sql"));
    }

    /** The statements that make keys and indexes, the largest first. */
    static List<String> keys() {
        return Arrays.stream(script("keys.sql").split(";\\s*"))
                .filter(statement -> !statement.isBlank())
                .toList();
    }

    private static String script(String name) {
        try (InputStream script = BenchTables.class.getResourceAsStream(name)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Per table its number of rows and a sum over all their values. */
    static List<String> checksums(PostgresServer server, String database) throws SQLException {
        List<String> checksums = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String table : NAMES) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT count(*) || ' rows, checksum ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"
                                + " FROM bench." + table + " t")) {
                    row.next();
                    checksums.add(table + ": " + row.getString(1));
                }
            }
        }
        return checksums;
    }

    /**
     * Ends the benchmark if the copy is not equal to the source.
     *
     * @throws IOException telling who and which table
     */
    static void verify(String contender, List<String> source, PostgresServer target, String database)
            throws SQLException, IOException {
        List<String> copy = checksums(target, database);
        for (int i = 0; i < source.size(); i++) {
            if (!source.get(i).equals(copy.get(i))) {
                throw new IOException(contender + " differs: source " + source.get(i) + ", target " + copy.get(i));
            }
        }
    }
}
