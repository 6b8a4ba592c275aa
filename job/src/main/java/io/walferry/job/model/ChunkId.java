package io.walferry.job.model;

import java.io.Serializable;

/** A piece of a table's load: the source table and the chunk's number in its plan, from 0. */
public record ChunkId(TableId table, int index) implements Serializable {
    @Override
    public String toString() {
        return table + "#" + index;
    }
}
