package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import java.util.Optional;

/**
 * What a command has done to an object.
 *
 * @param image what it is after the command; empty if it is gone, or if the command says no more than that it was touched
 * @param dropped what it was called, if it is gone
 * @param restarted the value that the command may have given a sequence
 * @param rewritten why its rows were written anew, if they were: see {@code pg_event_trigger_table_rewrite_reason()}; else 0
 */
public record DdlObject(
        ObjectKey key,
        Optional<ObjectImage> image,
        Optional<String> dropped,
        Optional<SequenceValue> restarted,
        int rewritten) {

    /** @param called whether the value was taken, so that the next one is another */
    public record SequenceValue(long last, boolean called) {}
}
