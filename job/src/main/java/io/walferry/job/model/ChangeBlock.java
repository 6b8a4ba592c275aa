package io.walferry.job.model;

import java.util.List;

/**
 * Changes for one writer in stream order, packed as {@link ChangeWriter} lays them out; read with {@link ChangeCursor}.
 *
 * @param tables every table that a change in the block names
 * @param changes how many changes (transaction ends included)
 * @param lastCommitTimeMicros commit time at the source of the last change, in microseconds since 1970, for lag
 */
public record ChangeBlock(
        int channel, List<StreamTable> tables, byte[] bytes, int length, int changes, long lastCommitTimeMicros)
        implements StreamElement {

    public ChangeBlock {
        tables = List.copyOf(tables);
    }
}
