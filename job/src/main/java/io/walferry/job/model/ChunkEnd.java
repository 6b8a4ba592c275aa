package io.walferry.job.model;

/** The chunk is complete: {@code rows} rows in {@code bytes} bytes. */
public record ChunkEnd(int channel, ChunkId chunk, long rows, long bytes) implements StreamElement {}
