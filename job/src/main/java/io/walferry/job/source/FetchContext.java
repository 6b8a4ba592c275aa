package io.walferry.job.source;

import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.pipeline.DataChangeEvent;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.util.LoggingContext;
import io.walferry.job.model.StreamElement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.flink.cdc.connectors.base.config.SourceConfig;
import org.apache.flink.cdc.connectors.base.dialect.DataSourceDialect;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.meta.wartermark.WatermarkEvent;
import org.apache.flink.cdc.connectors.base.source.meta.wartermark.WatermarkKind;
import org.apache.flink.cdc.connectors.base.source.reader.external.FetchTask;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** What a fetch task works in: the configuration, and the queue to the framework, through which elements go as they are. */
final class FetchContext implements FetchTask.Context, ElementOutput {

    /** Records in flight: most of them are blocks of up to 128 KB. */
    private static final int QUEUE_RECORDS = 8;

    /** With batches of one record, waiting ends when there is one; so this is only how soon a failure is noticed. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final SyncSourceConfig config;
    private final SyncDialect dialect;
    private final ChangeEventQueue<DataChangeEvent> queue;

    FetchContext(SyncSourceConfig config, SyncDialect dialect) {
        this.config = config;
        this.dialect = dialect;
        this.queue = new ChangeEventQueue.Builder<DataChangeEvent>()
                .pollInterval(POLL_INTERVAL)
                .maxBatchSize(1)
                .maxQueueSize(QUEUE_RECORDS)
                .loggingContextSupplier(() -> LoggingContext.forConnector("walferry", "source", "queue"))
                .build();
    }

    SyncSourceConfig config() {
        return config;
    }

    @Override
    public void emit(StreamElement element) throws InterruptedException {
        enqueue(element);
    }

    @Override
    public void position(long lsn) throws InterruptedException {
        enqueue(new LsnOffset(lsn));
    }

    private void enqueue(Object value) throws InterruptedException {
        queue.enqueue(new DataChangeEvent(new SourceRecord(null, null, null, null, value)));
    }

    /** Ends a chunk's split. The framework keeps the position; nothing depends on it, as the ledger has the chunk's own. */
    void finishChunk(String splitId, LsnOffset position) throws InterruptedException {
        for (WatermarkKind kind : List.of(WatermarkKind.HIGH, WatermarkKind.END)) {
            queue.enqueue(new DataChangeEvent(WatermarkEvent.create(Map.of(), "", splitId, kind, position)));
        }
    }

    @Override
    public void configure(SourceSplitBase split) {}

    @Override
    public ChangeEventQueue<DataChangeEvent> getQueue() {
        return queue;
    }

    /** Nothing that we emit is for the framework to look into and select. */
    @Override
    public boolean isDataChangeRecord(SourceRecord record) {
        return false;
    }

    @Override
    public TableId getTableId(SourceRecord record) {
        throw unused();
    }

    @Override
    public Tables.TableFilter getTableFilter() {
        throw unused();
    }

    @Override
    public Offset getStreamOffset(SourceRecord record) {
        throw unused();
    }

    @Override
    public boolean isRecordBetween(SourceRecord record, Object[] splitStart, Object[] splitEnd) {
        throw unused();
    }

    @Override
    public void rewriteOutputBuffer(Map<Struct, SourceRecord> outputBuffer, SourceRecord changeRecord) {
        throw unused();
    }

    @Override
    public List<SourceRecord> formatMessageTimestamp(Collection<SourceRecord> snapshotRecords) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("backfill and record filters are off");
    }

    @Override
    public void close() {}

    @Override
    @SuppressWarnings("rawtypes")
    public DataSourceDialect getDataSourceDialect() {
        return dialect;
    }

    @Override
    public SourceConfig getSourceConfig() {
        return config;
    }
}
