package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Adds tables to the publication of a running task. Writers of the table are kept out while it is done: a transaction that had
 * written to it before could otherwise lose what it writes after.
 */
public final class PublicationGrowth {

    /** Somebody else has added it or is about to, holds the table, or has given it another name: it is looked at again. */
    private static final Set<String> AGAIN = Set.of("42710", "55P03", "42P01");

    private static final long RETRY_AFTER_MS = 500;
    private static final long GIVE_UP_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long AGAIN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Database source;
    private final String publication;
    private final Pause pause;
    /** Per OID of a table that was given up: when. */
    private final Map<Long, Long> givenUp = new HashMap<>();

    public PublicationGrowth(Database source, String publication, Pause pause) {
        this.source = source;
        this.publication = publication;
        this.pause = pause;
    }

    String name() {
        return publication;
    }

    private record Found(TableId table, boolean partitioned, boolean identified) {}

    /** Adds the table unless it is there, or gone. A table by whose key rows cannot be told apart logs whole rows from then on. */
    public void add(long oid) throws SQLException, InterruptedException {
        while (!tryAdd(oid)) {
            pause.millis(RETRY_AFTER_MS);
        }
    }

    /**
     * Adds the table like {@link #add(long)}, but gives up soon, and at once for a while after that. Whoever has created a table, which the capture of structure changes
     * has added, holds the publication until the end of their transaction.
     *
     * @return whether it is there, or gone
     */
    boolean addSoon(long oid) throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        Long before = givenUp.get(oid);
        if (before != null && begin - before < AGAIN_AFTER_NANOS) {
            return false;
        }
        while (!tryAdd(oid)) {
            if (System.nanoTime() - begin >= GIVE_UP_AFTER_NANOS) {
                givenUp.put(oid, System.nanoTime());
                return false;
            }
            pause.millis(RETRY_AFTER_MS);
        }
        givenUp.remove(oid);
        return true;
    }

    private boolean tryAdd(long oid) throws SQLException {
        try (Connection connection = source.open()) {
            Optional<Found> found = find(connection, oid);
            if (found.isPresent() && !published(connection, oid)) {
                add(connection, oid, found.get());
            }
            return true;
        } catch (SQLException e) {
            if (!AGAIN.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            return false;
        }
    }

    private void add(Connection connection, long oid, Found found) throws SQLException {
        String name = (found.partitioned() ? "" : "ONLY ") + quoted(found.table());
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '2s'");
            statement.execute("LOCK TABLE " + name + " IN SHARE ROW EXCLUSIVE MODE");
            if (!found.identified()) {
                statement.execute("ALTER TABLE " + name + " REPLICA IDENTITY FULL");
            }
            // The capture of structure changes may have added it upon that statement.
            if (!published(connection, oid)) {
                statement.execute("ALTER PUBLICATION " + quoted(publication) + " ADD TABLE " + name);
            }
            connection.commit();
        }
    }

    private static Optional<Found> find(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT n.nspname, c.relname, c.relkind = 'p', c.relreplident IN ('f', 'i')
                  OR EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
                      AND i.indimmediate AND NOT i.indisexclusion)
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.oid = ?""")) {
            statement.setLong(1, oid);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Found(
                                new TableId(row.getString(1), row.getString(2)), row.getBoolean(3), row.getBoolean(4)))
                        : Optional.empty();
            }
        }
    }

    private boolean published(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p"
                        + " ON p.oid = r.prpubid WHERE p.pubname = ? AND r.prrelid = ?)")) {
            statement.setString(1, publication);
            statement.setLong(2, oid);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
