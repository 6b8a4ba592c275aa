package io.walferry.job.model;

/**
 * The first element of a chunk; its data and its end follow on the same channel.
 *
 * @param table the columns that the rows have, in order
 * @param snapshot text of the source transaction's snapshot, {@code xmin:xmax:xip,…}
 * @param lsn the source's WAL position taken after that snapshot: what the chunk shows was committed before it
 * @param keepsRows the target may have rows, which stay where one of the chunk has their key
 */
public record ChunkStart(
        int channel, ChunkId chunk, StreamTable table, CopyFormat format, String snapshot, long lsn, boolean keepsRows)
        implements StreamElement {

    /** The chunk of a table that has no rows but the task's. */
    public ChunkStart(int channel, ChunkId chunk, StreamTable table, CopyFormat format, String snapshot, long lsn) {
        this(channel, chunk, table, format, snapshot, lsn, false);
    }
}
