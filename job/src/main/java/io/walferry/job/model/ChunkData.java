package io.walferry.job.model;

/** Bytes of a chunk's COPY stream; a row may span two of them. The array is the receiver's. */
public record ChunkData(int channel, ChunkId chunk, byte[] bytes, int length) implements StreamElement {}
