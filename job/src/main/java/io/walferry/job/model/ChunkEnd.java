package io.walferry.job.model;

/**
 * The chunk is complete: {@code rows} rows in {@code bytes} bytes.
 *
 * @param deadLetters lines of COPY for {@link DeadLetter#STREAM}: the rows that could not be made; mostly empty
 */
public record ChunkEnd(int channel, ChunkId chunk, long rows, long bytes, String deadLetters) implements StreamElement {

    public ChunkEnd(int channel, ChunkId chunk, long rows, long bytes) {
        this(channel, chunk, rows, bytes, "");
    }
}
