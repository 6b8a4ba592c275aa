package io.walferry.job.dialect;

import io.walferry.job.sql.OriginSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks what a session writes as a task's, so that a task that reads the changelog of that database can leave it out. Where the
 * role may set up replication origins, the session takes one of its own, which everything that it writes carries. Where it may
 * not, or the server has no room for one more, a message begins each transaction, which any role may write; pgoutput sends those
 * from version 14 on. A server without {@code wal_level = logical} has no changelog, so nothing is marked there.
 */
public final class TransactionMark {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionMark.class);

    /** For sessions that need no mark, or cannot have one. */
    public static final TransactionMark NONE = new TransactionMark(null);

    /** More sessions than a task has. */
    private static final int MOST_ORIGINS = 256;

    private static final String IN_USE = "55006";

    /** Somebody else has created, or dropped, the origin in this moment. */
    private static final Set<String> RACES = Set.of("23505", "42704");

    /** There is no room for one more, origins are switched off, or this relative of PostgreSQL has other rules for rights. */
    private static final Set<String> NOT_TO_BE_HAD = Set.of("53400", "55000", "42501", "0A000");

    private final String statement;

    /** @param logical whether the server has a changelog */
    private record Facts(boolean logical, int version, boolean mayUseOrigins) {}

    private TransactionMark(String statement) {
        this.statement = statement;
    }

    /** @param session in autocommit mode */
    public static TransactionMark open(Connection session, String task) throws SQLException {
        try (Statement statement = session.createStatement()) {
            Facts facts = facts(statement);
            if (!facts.logical() || facts.mayUseOrigins() && takeOrigin(statement, task)) {
                return NONE;
            }
            if (facts.version() >= OriginSql.MESSAGES) {
                return new TransactionMark(OriginSql.mark(task));
            }
            LOG.warn(
                    "What this session writes carries no mark of task {}, so no other task can leave it out: {}",
                    task,
                    facts.mayUseOrigins()
                            ? "the target has no room for another replication origin (max_replication_slots)"
                            : "before PostgreSQL " + OriginSql.MESSAGES + " only a superuser can mark it");
            return NONE;
        }
    }

    /** Whether what sessions like this one write is marked, or need not be, as nobody can read a changelog of it. */
    public static boolean possible(Connection session) throws SQLException {
        try (Statement statement = session.createStatement()) {
            Facts facts = facts(statement);
            return !facts.logical() || facts.mayUseOrigins() || facts.version() >= OriginSql.MESSAGES;
        }
    }

    private static Facts facts(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(OriginSql.facts())) {
            row.next();
            return new Facts(row.getBoolean(1), row.getInt(2), row.getBoolean(3));
        }
    }

    private static boolean takeOrigin(Statement statement, String task) throws SQLException {
        for (int n = 1; n <= MOST_ORIGINS; n++) {
            String origin = OriginSql.name(task, n);
            try {
                statement.execute(OriginSql.create(origin));
                statement.execute(OriginSql.use(origin));
                return true;
            } catch (SQLException e) {
                if (NOT_TO_BE_HAD.contains(e.getSQLState())) {
                    return false;
                }
                if (RACES.contains(e.getSQLState())) {
                    n--;
                } else if (!IN_USE.equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
        return false;
    }

    /** To be called before anything is written in a transaction. */
    public void begin(Connection transaction) throws SQLException {
        if (statement != null) {
            try (Statement marking = transaction.createStatement()) {
                marking.execute(statement);
            }
        }
    }
}
