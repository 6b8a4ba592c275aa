package io.walferry.job.source.wal;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which rows change at the source, from a temporary slot of its own: the task's slot and stream take no notice of it, and the
 * server drops it with the connection, however that ends. Nobody who uses this writes anything.
 */
public final class ChangedRows implements AutoCloseable {

    private static final long ACKNOWLEDGE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final WalStream stream;
    private final ChangedKeys keys;
    private final Thread reader;
    private volatile boolean closed;
    private volatile Exception failure;

    /**
     * What has changed of a table.
     *
     * @param keys texts of the key's columns, as the changelog has them, of each row; of a changed key both
     * @param whole it is not known which rows have changed, or there were too many
     */
    public record Changes(List<List<String>> keys, boolean whole) {
        public Changes {
            keys = List.copyOf(keys);
        }
    }

    private ChangedRows(WalStream stream, ChangedKeys keys) {
        this.stream = stream;
        this.keys = keys;
        reader = new Thread(this::read, "walferry-changed-rows");
        reader.setDaemon(true);
    }

    /**
     * Follows changes from now on. Returns only when all transactions that were running at the source have ended.
     *
     * @param slot its name; nobody else may have one of that name
     * @param keyColumns names of the key's columns by table, in order; none: rows have no key
     * @param mostKeys that are held
     */
    public static ChangedRows follow(
            Database source, String slot, String publication, Map<TableId, List<String>> keyColumns, int mostKeys)
            throws SQLException {
        ChangedKeys keys = new ChangedKeys(mostKeys);
        keys.watch(keyColumns);
        ChangedRows rows = new ChangedRows(WalStream.openTemporary(source, slot, publication), keys);
        rows.reader.start();
        return rows;
    }

    /** Tables may have changed their keys, and there may be more of them. */
    public void watch(Map<TableId, List<String>> keyColumns) {
        keys.watch(keyColumns);
    }

    /**
     * What has changed of some tables since they were last taken.
     *
     * @throws SQLException if the changelog could not be followed to this moment
     */
    public Map<TableId, Changes> take(Collection<TableId> tables) throws SQLException {
        if (failure != null) {
            throw new SQLException("changes of the source are not followed any more", "08006", failure);
        }
        return keys.take(tables);
    }

    /** A table has to be looked at as a whole next time. */
    public void whole(TableId table) {
        keys.whole(table);
    }

    private void read() {
        PgOutputReader messages = new PgOutputReader(keys);
        long acknowledged = System.nanoTime();
        try {
            while (!closed) {
                byte[] message = stream.poll();
                if (message != null) {
                    messages.read(message, WalStream.HEADER_BYTES, message.length);
                }
                if (System.nanoTime() - acknowledged > ACKNOWLEDGE_NANOS) {
                    acknowledged = System.nanoTime();
                    // Where nothing is pending, all before the keepalive was sent.
                    stream.acknowledge(message == null ? stream.keepaliveLsn() : keys.committed());
                }
            }
        } catch (SQLException | InterruptedException | RuntimeException e) {
            failure = e;
        }
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        stream.close();
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
