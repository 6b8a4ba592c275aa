package io.walferry.job.source;

import java.util.Map;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;
import org.apache.flink.cdc.connectors.base.source.meta.offset.OffsetFactory;

/** Makes offsets from what the framework stored of them. */
final class LsnOffsetFactory extends OffsetFactory {

    @Override
    public Offset newOffset(Map<String, String> offset) {
        return LsnOffset.of(offset);
    }

    @Override
    public Offset newOffset(String filename, Long position) {
        throw new UnsupportedOperationException("a changelog has no files");
    }

    @Override
    public Offset newOffset(Long position) {
        return new LsnOffset(position);
    }

    @Override
    public Offset createTimestampOffset(long timestampMillis) {
        throw new UnsupportedOperationException("a changelog cannot be entered by time");
    }

    @Override
    public Offset createInitialOffset() {
        return LsnOffset.START;
    }

    @Override
    public Offset createNoStoppingOffset() {
        return LsnOffset.NEVER;
    }
}
