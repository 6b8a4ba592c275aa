package io.walferry.tests.source.wal;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Marker;
import io.walferry.job.model.StreamElement;
import io.walferry.job.model.StreamTable;
import io.walferry.job.source.ElementOutput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Writers in memory: they take everything at once, and have applied it when its marker has come, unless held back. */
final class MemoryWriters implements ElementOutput {

    /**
     * A change, its tuples as texts: {@code null} is NULL, {@code <unchanged>} an unchanged TOAST value; long values are cut to
     * their first characters and their length.
     */
    record Change(
            int channel,
            ChangeKind kind,
            boolean overlap,
            String table,
            ChangePosition position,
            List<List<String>> tuples,
            long blockCommitTimeMicros) {

        /** Kind, table and tuples; a {@code ~} after the kind stands for the overlap flag. */
        String text() {
            return kind + (overlap ? "~ " : " ") + table + tuples;
        }
    }

    private final List<Change> changes = new ArrayList<>();
    private final List<Marker> markers = new ArrayList<>();
    private final ChangePosition[] marked;
    private final Semaphore gate = new Semaphore(Integer.MAX_VALUE);
    private long position;
    private long elements;
    private boolean heldBack;

    MemoryWriters(int channels) {
        marked = new ChangePosition[channels];
    }

    @Override
    public void emit(StreamElement element) throws InterruptedException {
        gate.acquire();
        gate.release();
        synchronized (this) {
            elements++;
            if (element instanceof ChangeBlock block) {
                take(block);
            } else if (element instanceof Marker marker) {
                markers.add(marker);
                marked[marker.channel()] = marker.position();
            } else {
                throw new IllegalArgumentException(element.toString());
            }
        }
    }

    @Override
    public void position(long lsn) throws InterruptedException {
        gate.acquire();
        gate.release();
        synchronized (this) {
            position = lsn;
        }
    }

    /** From now on, the output blocks. */
    void block() {
        gate.drainPermits();
    }

    void unblock() {
        gate.release(Integer.MAX_VALUE);
    }

    /** From now on, markers do not count as applied. */
    synchronized void holdBack(boolean value) {
        heldBack = value;
    }

    synchronized Optional<ChangePosition> applied() {
        ChangePosition lowest = null;
        for (ChangePosition each : marked) {
            if (each == null || heldBack) {
                return Optional.empty();
            }
            lowest = lowest == null || each.compareTo(lowest) < 0 ? each : lowest;
        }
        return Optional.ofNullable(lowest);
    }

    synchronized long elements() {
        return elements;
    }

    synchronized long position() {
        return position;
    }

    synchronized List<Change> changes() {
        return List.copyOf(changes);
    }

    synchronized List<Marker> markers() {
        return List.copyOf(markers);
    }

    synchronized List<String> texts() {
        return changes.stream().map(Change::text).toList();
    }

    private void take(ChangeBlock block) {
        ChangeCursor cursor = new ChangeCursor();
        cursor.reset(block);
        while (cursor.next()) {
            List<List<String>> tuples = new ArrayList<>();
            for (int at = cursor.firstTuple(); at < cursor.limit(); at = ChangeCursor.skipTuple(cursor.bytes(), at)) {
                tuples.add(tuple(cursor.bytes(), at));
            }
            String table = cursor.kind() == ChangeKind.COMMIT
                    ? ""
                    : block.tables().stream()
                            .filter(candidate -> candidate.id() == cursor.table())
                            .map(StreamTable::table)
                            .findFirst()
                            .orElseThrow()
                            .name();
            changes.add(new Change(
                    block.channel(),
                    cursor.kind(),
                    cursor.overlap(),
                    table,
                    new ChangePosition(cursor.commitLsn(), cursor.ordinal()),
                    tuples,
                    block.lastCommitTimeMicros()));
        }
    }

    private static List<String> tuple(byte[] bytes, int offset) {
        List<String> values = new ArrayList<>();
        int at = offset + 2;
        for (int i = 0; i < ChangeCursor.columns(bytes, offset); i++) {
            values.add(
                    switch (bytes[at]) {
                        case 'n' -> null;
                        case 'u' -> "<unchanged>";
                        default -> cut(
                                new String(bytes, at + 5, ChangeCursor.valueLength(bytes, at), StandardCharsets.UTF_8));
                    });
            at = ChangeCursor.skipColumn(bytes, at);
        }
        return values;
    }

    private static String cut(String value) {
        return value.length() <= 20 ? value : value.substring(0, 3) + "…" + value.length();
    }
}
