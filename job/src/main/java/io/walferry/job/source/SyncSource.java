package io.walferry.job.source;

import io.walferry.job.model.StreamElement;
import io.walferry.job.serde.StreamElementType;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.cdc.connectors.base.config.SourceConfig;
import org.apache.flink.cdc.connectors.base.source.IncrementalSource;
import org.apache.flink.cdc.connectors.base.source.assigner.state.PendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.reader.IncrementalSourceReader;
import org.apache.flink.cdc.connectors.base.source.reader.IncrementalSourceReaderContext;
import org.apache.flink.cdc.connectors.base.source.reader.IncrementalSourceReaderWithCommit;
import org.apache.flink.cdc.connectors.base.source.reader.IncrementalSourceSplitReader;
import org.apache.flink.cdc.connectors.base.source.utils.hooks.SnapshotPhaseHooks;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;

/**
 * The hybrid source as Flink runs it: chunks in parallel, then the changelog in one subtask. It stands on Flink CDC's
 * incremental source, whose enumerator, assigner, reader and split state it uses; what touches a database is our own.
 *
 * <p>Exactly once rests on the target's ledger and progress, not on checkpoints: a chunk is skipped if the ledger has it, and
 * the changelog is read again from the slot's own position, which never passes what a completed checkpoint holds.
 */
public final class SyncSource extends IncrementalSource<StreamElement, SyncSourceConfig> {

    private final Companion.Factory companion;

    /** @param target opened where the source runs: by the coordinator, and by each reader */
    public SyncSource(SourceSettings settings, TargetSide.Factory target) {
        this(settings, target, Companion.Factory.none(), Pace.unlimited());
    }

    /**
     * @param target opened where the source runs: by the coordinator, and by each reader
     * @param companion started with the coordinator
     * @param pace how fast each reader may read
     */
    public SyncSource(
            SourceSettings settings, TargetSide.Factory target, Companion.Factory companion, Pace.Factory pace) {
        super(
                new Configs(settings, target, pace),
                null, // a deserializer of Debezium's records, of which there are none
                new LsnOffsetFactory(),
                new SyncDialect());
        this.companion = companion;
    }

    /** A class, not a lambda: the job jar relocates the framework, and a serialized lambda would still name its old packages. */
    private record Configs(SourceSettings settings, TargetSide.Factory target, Pace.Factory pace)
            implements SourceConfig.Factory<SyncSourceConfig> {
        @Override
        public SyncSourceConfig create(int subtask) {
            return new SyncSourceConfig(settings, target, subtask % settings.writers(), new Pace(pace.open(subtask)));
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public TypeInformation<StreamElement> getProducedType() {
        return new StreamElementType();
    }

    @Override
    public SplitEnumerator<SourceSplitBase, PendingSplitsState> createEnumerator(
            SplitEnumeratorContext<SourceSplitBase> context) {
        return restoreEnumerator(context, SyncEnumerator.nothingKnown());
    }

    @Override
    public SplitEnumerator<SourceSplitBase, PendingSplitsState> restoreEnumerator(
            SplitEnumeratorContext<SourceSplitBase> context, PendingSplitsState checkpoint) {
        return new SyncEnumerator(
                context, configFactory.create(0), (SyncDialect) dataSourceDialect, checkpoint, companion);
    }

    @Override
    public SplitSerializer getSplitSerializer() {
        return new SplitSerializer();
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes", "try"
    }) // the reader that commits is a raw type, and its close() throws all
    public IncrementalSourceReader<StreamElement, SyncSourceConfig> createReader(SourceReaderContext readerContext) {
        int subtask = readerContext.getIndexOfSubtask();
        SyncSourceConfig config = configFactory.create(subtask);
        Pace ofReader = config.pace();
        IncrementalSourceReaderContext context = new IncrementalSourceReaderContext(readerContext);
        return new IncrementalSourceReaderWithCommit(
                new FutureCompletingBlockingQueue<>(),
                () -> new IncrementalSourceSplitReader<>(
                        subtask, dataSourceDialect, config, context, SnapshotPhaseHooks.empty()),
                new ElementEmitter(new SourceMetrics(readerContext.metricGroup())),
                readerContext.getConfiguration(),
                context,
                config,
                getSplitSerializer(),
                dataSourceDialect) {
            @Override
            public void close() throws Exception {
                super.close();
                ofReader.close();
            }
        };
    }
}
