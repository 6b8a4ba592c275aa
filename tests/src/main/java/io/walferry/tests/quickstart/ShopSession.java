package io.walferry.tests.quickstart;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * One session of the shop: seeded random transactions on all its tables. The order in which sessions meet is the machine's,
 * so two runs do the same kinds of things, not the same things.
 */
final class ShopSession implements AutoCloseable {

    /** Lost against another session: serialization failure, deadlock, unique or foreign key of a row that just went or came. */
    private static final Set<String> LOST = Set.of("40001", "40P01", "23505", "23503");

    private static final int ORDERS = 40_000;
    private static final int CUSTOMERS = 20_000;
    private static final int PRODUCTS = 5_000;
    private static final int PAYMENTS = 30_000;

    private final Connection connection;
    private final int number;
    private final Random random;
    private long nextNumber;
    private long changes;
    private long uncommitted;

    ShopSession(Connection connection, int number, long seed) throws SQLException {
        this.connection = connection;
        this.number = number;
        this.random = new Random(seed * 31 + number);
        this.nextNumber = 1_000_000L * (number + 1);
        connection.setSchema("shop");
        connection.setAutoCommit(false);
    }

    /** Rows that committed statements of this session have changed. */
    long changes() {
        return changes;
    }

    /** One transaction, of which one in fifteen is rolled back. */
    void transaction() throws SQLException {
        uncommitted = 0;
        try {
            for (int step = random.nextInt(3); step >= 0; step--) {
                change();
            }
            if (random.nextInt(15) == 0) {
                connection.rollback();
            } else {
                connection.commit();
                changes += uncommitted;
            }
        } catch (SQLException e) {
            connection.rollback();
            if (!LOST.contains(e.getSQLState())) {
                throw e;
            }
        }
    }

    private void change() throws SQLException {
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> placeOrder();
            case 3, 4, 5 -> updateOrder();
            case 6, 7 -> updateCustomer();
            case 8, 9 -> updateProduct();
            case 10 -> changeKey();
            case 11 -> deleteOrder();
            case 12, 13 -> updatePayments();
            case 14, 15 -> seeClicks();
            case 16 -> changeClicks();
            case 17, 18 -> visit();
            default -> changePriceCache();
        }
    }

    private void placeOrder() throws SQLException {
        long order = nextNumber++;
        run(
                """
                INSERT INTO orders VALUES (?, 1 + ? %% %d, 'new', ? / 100.0, clock_timestamp(), '3 days', '::1', NULL)"""
                        .formatted(CUSTOMERS),
                order,
                order * 31,
                random.nextInt(100_000));
        run(
                """
                INSERT INTO order_items SELECT ?, l, md5('sku' || 1 + l * ?)::uuid, l, l / 3.0 FROM generate_series(1, ?) l""",
                order,
                random.nextInt(PRODUCTS / 10),
                1 + random.nextInt(4));
        run(
                """
                INSERT INTO payments (payment_id, order_id, amount, currency, method, paid_at, detail, receipt)
                VALUES (?, ?, ?::numeric / 7, 'EUR', 'card', clock_timestamp(), jsonb_build_object('o', ?), '\\x00ff')""",
                uuid("payment-of-" + order),
                order,
                random.nextInt(1_000_000),
                order);
    }

    private void updateOrder() throws SQLException {
        run(
                "UPDATE orders SET status = (enum_range(NULL::order_status))[?], total = total + 1, note = ? WHERE order_id = ?",
                1 + random.nextInt(5),
                random.nextBoolean() ? null : "changed\tby " + number + " \\ ü",
                anOrder());
    }

    private void updateCustomer() throws SQLException {
        run(
                """
                UPDATE customers SET vip = NOT vip, tags = tags || ?::text, preferences = NULLIF(preferences, '{}') || '{"n":1}'
                 WHERE customer_id = ? AND cardinality(tags) < 20""",
                "t" + random.nextInt(9),
                1 + random.nextInt(CUSTOMERS));
        if (random.nextInt(4) == 0) {
            run(
                    "UPDATE customers SET email = ? WHERE customer_id = ?",
                    "moved" + nextNumber++ + "@shop.example",
                    1 + random.nextInt(CUSTOMERS));
        }
    }

    /** Most leave the long description untouched, so that the WAL does not carry it. */
    private void updateProduct() throws SQLException {
        UUID sku = uuid("sku" + 20 * (1 + random.nextInt(PRODUCTS / 20)));
        if (random.nextInt(5) == 0) {
            run("UPDATE products SET description = description || '.' WHERE sku = ?", sku);
        } else {
            run("UPDATE products SET price = price + 0.01, size = size || 'NaN'::float8 WHERE sku = ?", sku);
        }
    }

    private void changeKey() throws SQLException {
        switch (random.nextInt(4)) {
            case 0 -> run(
                    "UPDATE payments SET payment_id = ? WHERE payment_id = ?",
                    uuid("moved" + nextNumber++),
                    aPayment());
            case 1 -> run(
                    "UPDATE order_items SET line_no = line_no + 10 WHERE order_id = ? AND line_no < 30000", anOrder());
            case 2 -> run(
                    "UPDATE products SET sku = ? WHERE sku = ?",
                    uuid("moved" + nextNumber++),
                    uuid("sku" + (1 + random.nextInt(PRODUCTS))));
                // To another partition now and then.
            default -> run(
                    "UPDATE visits SET day = date '2025-01-01' + ? WHERE visit_id = ?", random.nextInt(700), (long)
                            random.nextInt(15_000));
        }
    }

    private void deleteOrder() throws SQLException {
        long order = anOrder();
        if (random.nextBoolean()) {
            run("DELETE FROM order_items WHERE order_id = ?", order);
        }
        // The rest of its items goes with it.
        run("DELETE FROM orders WHERE order_id = ?", order);
    }

    private void updatePayments() throws SQLException {
        if (random.nextInt(40) == 0) {
            run(
                    "UPDATE payments SET settles_at = settles_at + interval '1 month' WHERE order_id % 100 = ?",
                    random.nextInt(100));
        } else if (random.nextInt(4) == 0) {
            run("DELETE FROM payments WHERE payment_id = ?", aPayment());
        } else {
            run(
                    "UPDATE payments SET amount = amount * 3, parts = NULL, receipt = ?, flags = ~flags WHERE payment_id = ?",
                    random.nextBoolean() ? null : new byte[] {0, 92, (byte) random.nextInt(256)},
                    aPayment());
        }
    }

    private void seeClicks() throws SQLException {
        run(
                """
                INSERT INTO clickstream SELECT '2026-02-02 02:02:02.5+00', md5(?::text)::uuid, NULLIF('/new/' || ?, '/new/3'), 7
                  FROM generate_series(1, ?)""",
                random.nextInt(50),
                random.nextInt(6),
                1 + random.nextInt(4));
    }

    private void changeClicks() throws SQLException {
        if (random.nextBoolean()) {
            // One of several equal rows.
            run(
                    "DELETE FROM clickstream WHERE ctid = (SELECT ctid FROM clickstream WHERE path = ? LIMIT 1)",
                    "/p/" + random.nextInt(700));
        } else {
            run(
                    "UPDATE clickstream SET took_ms = took_ms + 1 WHERE path = ? AND took_ms < ?",
                    "/p/" + random.nextInt(700),
                    random.nextInt(40));
        }
    }

    private void visit() throws SQLException {
        run("INSERT INTO visits VALUES (date '2025-01-01' + ?, ?, 1, 'new')", random.nextInt(700), nextNumber++);
        run("UPDATE visits SET pages = pages + 1 WHERE visit_id = ?", (long) random.nextInt(15_000));
        if (random.nextInt(3) == 0) {
            run("DELETE FROM visits WHERE visit_id = ?", (long) random.nextInt(15_000));
        }
    }

    private void changePriceCache() throws SQLException {
        if (number == 0 && random.nextInt(10) == 0) {
            run("TRUNCATE price_cache");
            uncommitted++;
            run(
                    "INSERT INTO price_cache SELECT sku, price, clock_timestamp() FROM products ORDER BY price, sku LIMIT 300");
        } else {
            run("UPDATE price_cache SET price = price + 1 WHERE price % 10 = ?", random.nextInt(10));
        }
    }

    private long anOrder() {
        long placed = nextNumber - 1_000_000L * (number + 1);
        return placed > 0 && random.nextInt(4) == 0
                ? nextNumber - 1 - random.nextInt((int) placed)
                : 1 + random.nextInt(ORDERS);
    }

    private UUID aPayment() {
        return uuid("payment" + (1 + random.nextInt(PAYMENTS)));
    }

    /** As {@code md5(text)::uuid}. */
    private static UUID uuid(String text) {
        try {
            java.nio.ByteBuffer digest = java.nio.ByteBuffer.wrap(
                    java.security.MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
            return new UUID(digest.getLong(), digest.getLong());
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            uncommitted += statement.executeUpdate();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
