package io.walferry.job.source;

import io.walferry.job.source.wal.WalReader;
import java.sql.SQLException;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.meta.split.StreamSplit;
import org.apache.flink.cdc.connectors.base.source.reader.external.FetchTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the changelog until it is closed. */
final class StreamTask implements FetchTask<SourceSplitBase> {

    private static final Logger LOG = LoggerFactory.getLogger(StreamTask.class);

    /** What the reader gets to end by itself, before its connection to the target is cut. */
    private static final long CLOSE_MILLIS = 3_000;

    private final StreamSplit split;
    private final TaskThread thread = new TaskThread();
    private volatile boolean running;
    private volatile TargetSide target;
    private volatile WalReader reader;

    StreamTask(StreamSplit split) {
        this.split = split;
    }

    @Override
    public void execute(FetchTask.Context context) throws Exception {
        running = true;
        try {
            thread.enter();
            read((FetchContext) context);
        } catch (Throwable failure) {
            if (!thread.closed()) {
                throw JobFailure.of(failure);
            }
        } finally {
            running = false;
            thread.leave();
        }
    }

    private void read(FetchContext context) throws Exception {
        SyncSourceConfig config = context.config();
        try (TargetSide opened = config.target().open()) {
            target = opened;
            try (WalReader changelog = new WalReader(config.settings(), opened, context, config.pace())) {
                reader = changelog;
                if (thread.closed()) {
                    return;
                }
                changelog.run();
            } finally {
                reader = null;
            }
        } finally {
            target = null;
        }
        if (!thread.closed()) {
            throw new IllegalStateException("reading the changelog ended by itself");
        }
    }

    /** The checkpoint that holds this position is complete. */
    void acknowledge(long lsn) {
        WalReader reading = reader;
        if (reading != null) {
            reading.acknowledge(lsn);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public SourceSplitBase getSplit() {
        return split;
    }

    @Override
    public void close() {
        thread.close();
        WalReader reading = reader;
        if (reading != null) {
            reading.close();
        }
        TargetSide asked = target;
        if (!thread.awaitLeft(CLOSE_MILLIS) && asked != null) {
            // A statement at the target, an index build for example, does not heed an interrupt.
            try {
                asked.close();
            } catch (SQLException e) {
                LOG.warn("The connection to the target did not close: SQLSTATE {}", e.getSQLState());
            }
        }
    }
}
