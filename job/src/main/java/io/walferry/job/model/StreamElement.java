package io.walferry.job.model;

/** What travels from the source to the writers of a lane. */
public sealed interface StreamElement permits ChunkStart, ChunkData, ChunkEnd, ChangeBlock, Marker {

    /** The writer that gets it, from 0. */
    int channel();
}
