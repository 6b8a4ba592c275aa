package io.walferry.job.source;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.StreamElement;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.runtime.metrics.MetricNames;

/**
 * What a reader passes on, under Flink's names where there are any; counted per block, never per row.
 *
 * @see <a href="https://cwiki.apache.org/confluence/display/FLINK/FLIP-33%3A+Standardize+Connector+Metrics">FLIP-33</a>
 */
final class SourceMetrics {

    /** Flink's name for a time that is not known. */
    private static final long UNDEFINED = -1;

    private final Counter bytesIn;
    private final Counter changes;
    private final Counter chunkBytes;
    private volatile long fetchLagMs = UNDEFINED;

    SourceMetrics(SourceReaderMetricGroup metrics) {
        bytesIn = metrics.getIOMetricGroup().getNumBytesInCounter();
        changes = metrics.counter("changesRead");
        chunkBytes = metrics.counter("chunkBytesRead");
        metrics.gauge(MetricNames.CURRENT_FETCH_EVENT_TIME_LAG, () -> fetchLagMs);
    }

    void passedOn(StreamElement element) {
        if (element instanceof ChangeBlock block) {
            changes.inc(block.changes());
            bytesIn.inc(block.length());
            fetchLagMs = Math.max(0, System.currentTimeMillis() - block.lastCommitTimeMicros() / 1_000);
        } else if (element instanceof ChunkData data) {
            chunkBytes.inc(data.length());
            bytesIn.inc(data.length());
        }
    }
}
