package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.source.wal.PgOutputHandler.OldTuple;
import io.walferry.job.source.wal.RelationMessage.RelationColumn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes {@code pgoutput} messages, protocol version 1, values as text.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html">Logical Replication Message
 *     Formats</a>
 */
final class PgOutputReader {

    /** PostgreSQL counts its timestamps from 2000-01-01. */
    private static final long EPOCH_2000_MICROS = 946_684_800_000_000L;

    private static final int TRUNCATE_RESTART_IDENTITY = 2;
    private static final int COLUMN_OF_IDENTITY = 1;
    private static final int MESSAGE_OF_TRANSACTION = 1;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private final PgOutputHandler handler;
    private final Tuple oldTuple = new Tuple();
    private final Tuple newTuple = new Tuple();

    PgOutputReader(PgOutputHandler handler) {
        this.handler = handler;
    }

    /**
     * Hands the message in {@code bytes[offset, limit)} to the handler.
     *
     * @throws SyncException if the message is of a kind that the requested protocol does not have, or is cut short
     */
    void read(byte[] bytes, int offset, int limit) throws SQLException, InterruptedException {
        try {
            decode(bytes, offset, limit);
        } catch (IndexOutOfBoundsException e) {
            throw broken(
                    "a message of kind '" + (char) bytes[offset] + "' and " + (limit - offset) + " bytes is cut short");
        }
    }

    private void decode(byte[] bytes, int offset, int limit) throws SQLException, InterruptedException {
        int body = offset + 1;
        switch (bytes[offset]) {
            case 'I' -> {
                expect(bytes, body + 4, 'N');
                newTuple.scan(bytes, body + 5, limit);
                handler.insert(int32(bytes, body), newTuple);
            }
            case 'U' -> update(bytes, body, limit);
            case 'D' -> {
                OldTuple kind = oldKind(bytes[body + 4]);
                oldTuple.scan(bytes, body + 5, limit);
                handler.delete(int32(bytes, body), kind, oldTuple);
            }
            case 'B' -> handler.begin(
                    int64(bytes, body), int64(bytes, body + 8) + EPOCH_2000_MICROS, int32(bytes, body + 16));
            case 'C' -> handler.commit(int64(bytes, body + 1), int64(bytes, body + 9));
            case 'R' -> handler.relation(relation(bytes, body, limit));
            case 'T' -> truncate(bytes, body);
            case 'O' -> handler.origin(string(bytes, body + 8, endOfString(bytes, body + 8, limit)));
            case 'M' -> message(bytes, body, limit);
            case 'Y' -> {
                // Type: values travel as text, so nothing depends on it.
            }
            default -> throw broken("a message has the unknown kind '" + (char) bytes[offset] + "'");
        }
    }

    private void update(byte[] bytes, int body, int limit) throws SQLException, InterruptedException {
        int position = body + 4;
        OldTuple kind = OldTuple.ABSENT;
        if (bytes[position] != 'N') {
            kind = oldKind(bytes[position]);
            position = oldTuple.scan(bytes, position + 1, limit);
        }
        expect(bytes, position, 'N');
        newTuple.scan(bytes, position + 1, limit);
        handler.update(int32(bytes, body), kind, oldTuple, newTuple);
    }

    private void message(byte[] bytes, int body, int limit) {
        if ((bytes[body] & MESSAGE_OF_TRANSACTION) != 0) {
            int end = endOfString(bytes, body + 9, limit);
            int content = end + 1 + 4;
            handler.message(string(bytes, body + 9, end), string(bytes, content, content + int32(bytes, end + 1)));
        }
    }

    private void truncate(byte[] bytes, int body) throws SQLException, InterruptedException {
        int[] relations = new int[int32(bytes, body)];
        for (int i = 0; i < relations.length; i++) {
            relations[i] = int32(bytes, body + 5 + 4 * i);
        }
        handler.truncate(relations, (bytes[body + 4] & TRUNCATE_RESTART_IDENTITY) != 0);
    }

    private static RelationMessage relation(byte[] bytes, int body, int limit) {
        int position = body + 4;
        int end = endOfString(bytes, position, limit);
        String schema = string(bytes, position, end);
        position = end + 1;
        end = endOfString(bytes, position, limit);
        String name = string(bytes, position, end);
        ReplicaIdentity identity = identity(bytes[end + 1]);
        int count = (short) SHORT.get(bytes, end + 2) & 0xFFFF;
        position = end + 4;
        List<RelationColumn> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int flags = bytes[position];
            end = endOfString(bytes, position + 1, limit);
            columns.add(new RelationColumn(
                    string(bytes, position + 1, end),
                    (flags & COLUMN_OF_IDENTITY) != 0,
                    Integer.toUnsignedLong(int32(bytes, end + 1))));
            position = end + 1 + 4 + 4; // type and its modifier
        }
        // The protocol sends an empty name for pg_catalog.
        return new RelationMessage(
                int32(bytes, body), new TableId(schema.isEmpty() ? "pg_catalog" : schema, name), identity, columns);
    }

    private static ReplicaIdentity identity(byte code) {
        return switch (code) {
            case 'd' -> ReplicaIdentity.DEFAULT;
            case 'f' -> ReplicaIdentity.FULL;
            case 'i' -> ReplicaIdentity.INDEX;
            case 'n' -> ReplicaIdentity.NOTHING;
            default -> throw broken("a table has the unknown replica identity '" + (char) code + "'");
        };
    }

    private static OldTuple oldKind(byte code) {
        return switch (code) {
            case 'K' -> OldTuple.KEY;
            case 'O' -> OldTuple.FULL;
            default -> throw broken("an old row has the unknown kind '" + (char) code + "'");
        };
    }

    private static void expect(byte[] bytes, int position, char code) {
        if (bytes[position] != code) {
            throw broken("'" + (char) bytes[position] + "' stands where '" + code + "' is due");
        }
    }

    private static SyncException broken(String what) {
        return new SyncException(
                FailureKind.NEEDS_OPERATOR, "changelog", what, "Report it with the version of the source server");
    }

    private static int endOfString(byte[] bytes, int from, int limit) {
        for (int i = from; i < limit; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        throw new IndexOutOfBoundsException("a string does not end");
    }

    private static String string(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    private static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }
}
