package io.walferry.job.source;

import io.walferry.job.model.StreamElement;

/** Where a fetch task puts what it has read; blocks while the job is busy. */
public interface ElementOutput {

    void emit(StreamElement element) throws InterruptedException;

    /**
     * Everything that the changelog has before {@code lsn} has been emitted: once a checkpoint that contains this has
     * completed, the slot may be acknowledged up to it. Travels in order with the elements.
     */
    void position(long lsn) throws InterruptedException;
}
