package io.walferry.job.source;

import io.walferry.job.model.StreamElement;
import java.util.Iterator;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceRecords;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitState;
import org.apache.flink.cdc.connectors.base.source.meta.wartermark.WatermarkEvent;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.kafka.connect.source.SourceRecord;

/** Passes elements on to the job, and moves the splits' state in step with them. */
final class ElementEmitter implements RecordEmitter<SourceRecords, StreamElement, SourceSplitState> {

    private final SourceMetrics metrics;

    ElementEmitter(SourceMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void emitRecord(SourceRecords records, SourceOutput<StreamElement> output, SourceSplitState split) {
        for (Iterator<SourceRecord> iterator = records.iterator(); iterator.hasNext(); ) {
            emit(iterator.next(), output, split);
        }
    }

    private void emit(SourceRecord record, SourceOutput<StreamElement> output, SourceSplitState split) {
        Object value = record.value();
        if (value instanceof StreamElement element) {
            output.collect(element);
            metrics.passedOn(element);
        } else if (value instanceof LsnOffset position) {
            split.asStreamSplitState().setStartingOffset(position);
        } else if (WatermarkEvent.isHighWatermarkEvent(record)) {
            split.asSnapshotSplitState().setHighWatermark(LsnOffset.of(record.sourceOffset()));
        } else {
            throw new IllegalStateException(
                    "not an element of the stream: " + record.value().getClass());
        }
    }
}
