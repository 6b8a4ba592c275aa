package io.walferry.tests.source.wal;

import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import io.walferry.job.source.StructureChange;
import io.walferry.job.source.StructureLogEntry;
import io.walferry.job.source.StructureSide;
import io.walferry.job.source.TargetSide;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A target in memory; what the reader did to it is in {@link #log()}. */
final class MemoryTarget implements TargetSide {

    private final List<String> log = new ArrayList<>();
    private final Map<Long, LoadWindow> windows = new HashMap<>();
    private final Map<ChangePosition, List<String>> steps = new HashMap<>();
    private final String systemIdentifier;
    private Supplier<Optional<ChangePosition>> applied = Optional::empty;
    private long chunksLeft;
    private long safeLsn;

    MemoryTarget(String systemIdentifier) {
        this.systemIdentifier = systemIdentifier;
    }

    synchronized List<String> log() {
        return List.copyOf(log);
    }

    private synchronized void log(String what) {
        log.add(what);
    }

    synchronized void window(long oid, LoadWindow window) {
        windows.put(oid, window);
    }

    synchronized void chunksLeft(long count) {
        chunksLeft = count;
    }

    synchronized void safeLsn(long lsn) {
        safeLsn = lsn;
    }

    void writers(Supplier<Optional<ChangePosition>> progress) {
        applied = progress;
    }

    @Override
    public List<TableId> tablesToLoad() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<PlannedChunk> chunksToLoad(TableId table) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<PlannedChunk> chunkToLoad(ChunkId chunk) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized long chunksLeft() {
        return chunksLeft;
    }

    @Override
    public synchronized Map<Long, LoadWindow> loadWindows() {
        return Map.copyOf(windows);
    }

    @Override
    public void afterLoad() {
        log("after load, " + chunksLeft() + " chunks left");
    }

    @Override
    public void atConsistency() {
        log("consistent");
    }

    @Override
    public Optional<ChangePosition> appliedByAll() {
        return applied.get();
    }

    @Override
    public Optional<ChangePosition> appliedByAny() {
        return applied.get();
    }

    @Override
    public List<Reload> reloads() {
        return List.of();
    }

    @Override
    public void askReload(long oid, TableId table, String reason) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ReloadTransaction beginReload() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void refuseReload(Reload reload, String why) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<Long, LoadWindow> reloadWindows() {
        return Map.of();
    }

    @Override
    public void postponeLoad(TableId table) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean structureStepDone(ChangePosition position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void structureStep(ChangePosition position, StructureLogEntry entry, StructureChange change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void structureStepFailed(
            ChangePosition position, StructureLogEntry entry, StructureChange change, String message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<LoadWindow> startWindow() {
        return Optional.empty();
    }

    @Override
    public Optional<StructureSide> structure() {
        return Optional.empty();
    }

    @Override
    public synchronized void runStep(ChangePosition position, String kind, List<String> statements) {
        if (steps.putIfAbsent(position, statements) == null) {
            log.add(kind + ": " + String.join("; ", statements));
        }
    }

    @Override
    public synchronized long safeLsn() {
        return safeLsn;
    }

    @Override
    public synchronized void recordSafeLsn(long lsn) {
        safeLsn = lsn;
    }

    @Override
    public String systemIdentifier() {
        return systemIdentifier;
    }

    @Override
    public void close() {}
}
