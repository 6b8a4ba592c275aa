package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.sql.OriginSql;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.copy.CopyDual;
import org.postgresql.core.ServerVersion;
import org.postgresql.util.PSQLException;

/**
 * The messages of a slot. Speaks the streaming replication protocol over the driver's two-way COPY rather than through its
 * replication stream, which does not tell a keepalive's position from a change's, nor that nothing was heard.
 *
 * <p>A thread of its own reports to the server every second, so a reader that waits, for the job or for the target, is not taken
 * for dead ({@code wal_sender_timeout}). Apart from that and {@link #close()}, one thread uses the stream.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">Streaming Replication Protocol</a>
 */
final class WalStream implements AutoCloseable {

    /** Of an XLogData message: kind, start, end, time; the changelog's message follows. */
    static final int HEADER_BYTES = 1 + 8 + 8 + 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int STATUS_EVERY_MS = 1_000;
    /** The server answers each report, so a longer silence is a dead connection. */
    private static final long SILENCE_NANOS = 60_000_000_000L;

    private static final long ATTENTIVE_NANOS = 500_000_000L;

    private static final String PUBLICATION_SKIPPED = "55000";
    private static final String UNDEFINED_OBJECT = "42704";

    private static final long EPOCH_2000_MILLIS = 946_684_800_000L;

    /** Referred to here because the driver closes a connection that nothing refers to. */
    private final Connection connection;

    private final CopyDual copy;
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread reporter;

    private long received = Lsn.NONE;
    private long acknowledged = Lsn.NONE;
    private long keepaliveLsn = Lsn.NONE;
    private long heardNanos = System.nanoTime();
    private long polledNanos = heardNanos;
    private boolean polled = true;
    private SQLException reportFailure;

    private WalStream(Connection connection, CopyDual copy, String slot) {
        this.connection = connection;
        this.copy = copy;
        reporter = new Thread(this::report, "walferry-wal-status-" + slot);
        reporter.setDaemon(true);
    }

    /**
     * Starts the stream at the slot's own position.
     *
     * @param messages whether to send logical messages too, if the server can
     */
    static WalStream open(Database source, String slot, String publication, boolean messages) throws SQLException {
        return start(source.openReplication(), slot, publication, messages);
    }

    /** Makes a slot that goes with the connection, and starts its stream. */
    static WalStream openTemporary(Database source, String slot, String publication) throws SQLException {
        Connection connection = source.openReplication();
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE_REPLICATION_SLOT " + quoted(slot) + " TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return start(connection, slot, publication, false);
    }

    private static WalStream start(Connection connection, String slot, String publication, boolean messages)
            throws SQLException {
        try {
            // A message that stops in its middle for this long is a dead connection too.
            connection.setNetworkTimeout(Runnable::run, (int) TimeUnit.NANOSECONDS.toMillis(SILENCE_NANOS));
            boolean sent = messages && connection.getMetaData().getDatabaseMajorVersion() >= OriginSql.MESSAGES;
            CopyDual copy = Database.driver(connection).getCopyAPI().copyDual(startSql(slot, publication, sent));
            WalStream stream = new WalStream(connection, copy, slot);
            stream.reporter.start();
            return stream;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    static String startSql(String slot, String publication, boolean messages) {
        return "START_REPLICATION SLOT %s LOGICAL 0/0 (proto_version '1', publication_names '%s'%s)"
                .formatted(quoted(slot), quoted(publication).replace("'", "''"), messages ? ", messages 'true'" : "");
    }

    /**
     * Whether the server writes labels of enumerations as it has found them first, until it is asked anew, although they were renamed
     * since: versions before the minor ones of May 2025, which tell running transactions of what others have changed.
     *
     * @see <a href="https://www.postgresql.org/docs/release/17.5/">Release 17.5</a>
     */
    boolean remembersLabels() throws SQLException {
        int version = ServerVersion.from(Database.driver(connection).getParameterStatus("server_version"))
                .getVersionNum();
        int fixed =
                switch (version / 10_000) {
                    case 13 -> 130_021;
                    case 14 -> 140_018;
                    case 15 -> 150_013;
                    case 16 -> 160_009;
                    case 17 -> 170_005;
                    default -> 180_000;
                };
        return version < fixed;
    }

    /**
     * The next message of the changelog, which starts at {@link #HEADER_BYTES}; {@code null} if none is pending: it has waited
     * about a millisecond then.
     *
     * @throws SQLException if the connection is lost
     */
    byte[] poll() throws SQLException {
        lock.lock();
        try {
            polled = true;
            while (true) {
                byte[] message = read();
                checkWarnings();
                if (message == null) {
                    checkAlive();
                    return null;
                }
                heardNanos = System.nanoTime();
                polledNanos = heardNanos;
                switch (message[0]) {
                    case 'w' -> {
                        received(lsn(message));
                        return message;
                    }
                    case 'k' -> keepalive(ByteBuffer.wrap(message));
                    default -> throw new SQLException("unexpected replication message of kind " + message[0], "08P01");
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Where the record of the WAL starts that a message is about: of a row, its own rather than its transaction's end. */
    static long lsn(byte[] message) {
        return (long) LONG.get(message, 1);
    }

    /**
     * Position of the last keepalive: the server has decoded its WAL up to here, and all that is in it for the slot was sent
     * before that keepalive.
     */
    long keepaliveLsn() {
        return keepaliveLsn;
    }

    /** Lets the server forget what is before {@code lsn}. */
    void acknowledge(long lsn) throws SQLException {
        lock.lock();
        try {
            acknowledged = lsn;
            sendStatus(false);
        } finally {
            lock.unlock();
        }
    }

    /** Drops the connection without saying good-bye to the stream: the server could answer only after a whole transaction. */
    @Override
    public void close() throws SQLException {
        closed.countDown();
        connection.close();
    }

    private void keepalive(ByteBuffer message) throws SQLException {
        keepaliveLsn = message.getLong(1);
        received(keepaliveLsn);
        boolean replyRequested = message.get(1 + 8 + 8) != 0;
        if (replyRequested) {
            sendStatus(false);
        }
    }

    private void received(long lsn) {
        if (Long.compareUnsigned(lsn, received) > 0) {
            received = lsn;
        }
    }

    /** From version 18 on, the server leaves out what a missing publication would have sent, and merely warns of it. */
    private void checkWarnings() throws SQLException {
        for (SQLWarning warning = connection.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            if (PUBLICATION_SKIPPED.equals(warning.getSQLState())) {
                throw new SQLException("the publication was skipped", UNDEFINED_OBJECT);
            }
        }
    }

    private void checkAlive() throws SQLException {
        if (reportFailure != null) {
            throw reportFailure;
        }
        if (!copy.isActive()) {
            throw new SQLException("the source has ended the replication stream", "08006");
        }
        long now = System.nanoTime();
        if (now - polledNanos > ATTENTIVE_NANOS) {
            heardNanos = now; // The reader waited elsewhere, and no answers were asked for.
        }
        polledNanos = now;
        if (now - heardNanos > SILENCE_NANOS) {
            throw new SQLException(
                    "nothing was heard from the source for " + SILENCE_NANOS / 1_000_000_000L + " s", "08006");
        }
    }

    private void report() {
        try {
            while (!closed.await(STATUS_EVERY_MS, TimeUnit.MILLISECONDS)) {
                lock.lock();
                try {
                    // Answers that nobody reads would pile up.
                    sendStatus(polled);
                    polled = false;
                } catch (SQLException e) {
                    reportFailure = e;
                    return;
                } finally {
                    lock.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendStatus(boolean requestReply) throws SQLException {
        ByteBuffer status = ByteBuffer.allocate(1 + 8 + 8 + 8 + 8 + 1);
        status.put((byte) 'r').putLong(received).putLong(acknowledged).putLong(acknowledged);
        status.putLong((System.currentTimeMillis() - EPOCH_2000_MILLIS) * 1000);
        status.put((byte) (requestReply ? 1 : 0));
        try {
            copy.writeToCopy(status.array(), 0, status.capacity());
            copy.flushCopy();
        } catch (SQLException e) {
            throw connectionFailure(e);
        }
    }

    private byte[] read() throws SQLException {
        try {
            return copy.readFromCopy(false);
        } catch (SQLException e) {
            throw connectionFailure(e);
        }
    }

    /** What the driver itself finds wrong with the stream is a lost connection, by whatever SQLSTATE it calls that. */
    private static SQLException connectionFailure(SQLException e) {
        boolean fromServer = e instanceof PSQLException failure && failure.getServerErrorMessage() != null;
        return fromServer ? e : new SQLException("the replication connection to the source is lost", "08006", e);
    }
}
