package io.walferry.job.apply;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.Marker;
import io.walferry.job.model.StreamElement;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * One writer of a lane: takes its channel's elements in order and brings them into the target exactly once. Changes are
 * buffered until there are enough of them or they have waited long enough; while one batch is being written, the next one
 * fills.
 *
 * <p>With one writer, source transactions stay whole: a target transaction ends only where a source transaction does.
 * Exception: {@link Marker}, after which the reader waits for the position, ends it where it stands.
 *
 * <p>Used by one thread, except {@code whenIdle}, which other threads call.
 */
public final class TargetWriter implements AutoCloseable {

    private final ApplySettings settings;
    private final int writer;
    private final WriterProgress progress;
    private final BatchThread batches;
    private final ChunkLoader chunks;
    private final AppliedCounts counts = new AppliedCounts();
    private final ChangeCursor cursor = new ChangeCursor();

    private ChangeBatch filling = new ChangeBatch();
    private ChangePosition seen = ChangePosition.START;
    private boolean overdue;

    /**
     * Connects and takes the writer's key groups over.
     *
     * @param writer number of the writer, from 0
     * @param whenIdle called after a batch or a chunk is done or has failed, in another thread: {@link #onIdle} should follow
     *     in the writer's own thread; must not block
     */
    public TargetWriter(ApplySettings settings, int writer, Runnable whenIdle) throws IOException {
        this.settings = settings;
        this.writer = writer;
        String name = "walferry " + settings.task() + " " + settings.lane() + " writer " + writer;
        WriterConnection writing = null;
        boolean checksConstraints;
        try {
            writing = Connections.open(settings, writer);
            Connection connection = writing.connection();
            checksConstraints = Connections.checksConstraints(connection);
            WriterSessions.endFormer(connection, settings, writer);
            progress = WriterProgress.claim(connection, settings, writer);
        } catch (SQLException e) {
            if (writing != null) {
                Connections.close(writing.connection());
            }
            throw new IOException("cannot open the target " + settings.target().address() + ": " + e.getMessage(), e);
        }
        batches = new BatchThread(
                name,
                "target " + settings.target().address(),
                writing.connection(),
                new TargetTransaction(writing, progress, checksConstraints, new DeadLetterLimit(settings)),
                counts,
                whenIdle);
        chunks = new ChunkLoader(name + " load", settings, writer, progress, counts, whenIdle);
    }

    /** Takes the channel's next element; waits while there is no room for it. */
    public void write(StreamElement element) throws IOException, InterruptedException {
        if (element.channel() != writer) {
            throw new IllegalStateException("writer " + writer + " got an element of channel " + element.channel());
        }
        if (element instanceof ChangeBlock block) {
            chunks.awaitEnded();
            add(block);
        } else if (element instanceof Marker marker) {
            chunks.awaitEnded();
            mark(marker);
        } else if (element instanceof ChunkData data) {
            chunks.data(data);
        } else if (element instanceof ChunkStart start) {
            chunks.start(start);
        } else if (element instanceof ChunkEnd end) {
            chunks.end(end);
        }
    }

    /**
     * Returns when everything that can be committed is: all, but with one writer not the source transaction that is not
     * complete yet, and not the chunks that are not.
     */
    public void flush() throws IOException, InterruptedException {
        if (committable()) {
            submit();
        }
        batches.awaitIdle();
        chunks.awaitEnded();
    }

    /** Whether changes wait that {@link #linger} would write. */
    public boolean waiting() {
        return committable();
    }

    /** What waits has waited long enough: writes it now, or as soon as the batch before is written. */
    public void linger() throws IOException, InterruptedException {
        overdue = committable();
        onIdle();
    }

    /** A batch or a chunk is done. Throws its failure, if it had one. */
    public void onIdle() throws IOException, InterruptedException {
        batches.check();
        chunks.check();
        if (overdue && batches.idle() && committable()) {
            submit();
        }
    }

    /** Rows written since this writer opened. */
    public long rowsApplied() {
        return counts.rows();
    }

    /** Bytes written since this writer opened, as they travel in the stream. */
    public long bytesApplied() {
        return counts.bytes();
    }

    /** How long the last batch of changes took to be committed. */
    public long lastBatchMs() {
        return batches.lastMs();
    }

    private void add(ChangeBlock block) throws IOException, InterruptedException {
        cursor.reset(block);
        while (cursor.next()) {
            long commitLsn = cursor.commitLsn();
            long ordinal = cursor.ordinal();
            if (cursor.kind() == ChangeKind.COMMIT) {
                endTransaction(commitLsn, ordinal, block.lastCommitTimeMicros());
                continue;
            }
            if (!progress.owns(cursor.keyGroup())) {
                throw new IllegalStateException("writer " + writer + " got a change of key group " + cursor.keyGroup());
            }
            if (progress.applied(cursor.keyGroup(), commitLsn, ordinal)) {
                continue;
            }
            // It has the position of its change, so both have to be in one batch.
            boolean same = cursor.attached() && commitLsn == seen.commitLsn() && ordinal == seen.ordinal();
            if (!same) {
                submitIfFull();
                requireNew(commitLsn, ordinal);
            }
            filling.add(cursor, block);
            filling.reached(commitLsn, ordinal, block.lastCommitTimeMicros());
        }
        submitIfFull();
        if (overdue) {
            onIdle();
        }
    }

    private void submitIfFull() throws IOException, InterruptedException {
        if (filling.size() >= settings.apply().batchRows()
                || filling.bytes() >= settings.apply().batchBytes()) {
            submitFull();
        }
    }

    private void requireNew(long commitLsn, long ordinal) {
        if (ChangePosition.compare(commitLsn, ordinal, seen.commitLsn(), seen.ordinal()) <= 0) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "writer " + writer + " of task " + settings.task(),
                    "the stream went back from " + seen + " to " + new ChangePosition(commitLsn, ordinal),
                    "Start the task again; this is a fault of the reader, please report it");
        }
        seen = new ChangePosition(commitLsn, ordinal);
    }

    private void endTransaction(long commitLsn, long ordinal, long micros) {
        ChangePosition end = new ChangePosition(commitLsn, ordinal);
        if (settings.wholeTransactions() && end.compareTo(progress.lowestClaimed()) > 0) {
            filling.reached(commitLsn, ordinal, micros);
            filling.transactionEnds(end, micros);
        }
    }

    private void mark(Marker marker) throws IOException, InterruptedException {
        ChangePosition position = marker.position();
        if (filling.position() == null || filling.position().compareTo(position) < 0) {
            filling.reached(position.commitLsn(), position.ordinal(), filling.commitTimeMicros());
        }
        if (marker.structure()) {
            filling.structureChanges();
        }
        hand(filling, new ChangeBatch());
    }

    private boolean committable() {
        return settings.wholeTransactions() ? filling.hasTransactionEnd() : filling.position() != null;
    }

    /** Hands over what can be committed. */
    private void submit() throws IOException, InterruptedException {
        hand(filling, settings.wholeTransactions() ? filling.splitAfterTransactionEnd() : new ChangeBatch());
    }

    /** Hands over a batch that cannot take more. */
    private void submitFull() throws IOException, InterruptedException {
        if (committable()) {
            submit();
        } else {
            filling.leaveOpen();
            hand(filling, new ChangeBatch());
        }
    }

    private void hand(ChangeBatch full, ChangeBatch next) throws IOException, InterruptedException {
        batches.submit(full);
        filling = next;
        overdue = false;
    }

    /** Lets go of everything; what is not committed never will be. */
    @Override
    public void close() {
        try {
            batches.close();
        } finally {
            chunks.close();
        }
    }
}
