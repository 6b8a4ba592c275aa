package io.walferry.job.source;

import org.apache.flink.cdc.connectors.base.config.SourceConfig;
import org.apache.flink.cdc.connectors.base.options.StartupOptions;

/** What the framework asks of a configuration, around ours; it logs nothing of it, nor could it. */
final class SyncSourceConfig implements SourceConfig {

    private final SourceSettings settings;
    private final TargetSide.Factory target;
    private final int channel;

    /** Of this subtask; the coordinator's is never started. */
    private final transient Pace pace;

    /** @param channel the writer that gets the chunks which this subtask reads */
    SyncSourceConfig(SourceSettings settings, TargetSide.Factory target, int channel, Pace pace) {
        this.pace = pace;
        this.settings = settings;
        this.target = target;
        this.channel = channel;
    }

    SourceSettings settings() {
        return settings;
    }

    TargetSide.Factory target() {
        return target;
    }

    Pace pace() {
        return pace;
    }

    int channel() {
        return channel;
    }

    @Override
    public StartupOptions getStartupOptions() {
        return StartupOptions.initial();
    }

    @Override
    public int getSplitSize() {
        return 1; // chunks are planned before the job starts
    }

    @Override
    public int getSplitMetaGroupSize() {
        return Integer.MAX_VALUE; // our stream split carries nothing of the chunks
    }

    @Override
    public boolean isIncludeSchemaChanges() {
        return false;
    }

    @Override
    public boolean isCloseIdleReaders() {
        return false;
    }

    @Override
    public boolean isSkipSnapshotBackfill() {
        return true; // backfill loses what commits while a chunk is read; the stream replays it instead
    }

    @Override
    public boolean isScanNewlyAddedTableEnabled() {
        return false;
    }

    @Override
    public boolean isAssignUnboundedChunkFirst() {
        return false;
    }

    @Override
    public String toString() {
        return "task " + settings.task();
    }
}
