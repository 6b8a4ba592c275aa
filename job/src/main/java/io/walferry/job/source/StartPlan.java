package io.walferry.job.source;

import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import io.walferry.job.source.TargetSide.PlannedChunk;
import io.walferry.job.source.wal.ReplicationSlot;
import io.walferry.job.source.wal.SlotAssessment;
import io.walferry.job.source.wal.SlotFacts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has to be known before anything is assigned: that the slot still leads to where the target stands, and what to load. */
final class StartPlan {

    private StartPlan() {}

    /**
     * Chunks that are planned and not loaded, in order.
     *
     * @throws SyncException if the task cannot go on from its slot
     */
    static List<ChunkId> chunksToLoad(SyncSourceConfig config) throws SQLException {
        try (TargetSide target = config.target().open()) {
            checkSlot(config.settings(), target);
            List<ChunkId> chunks = new ArrayList<>();
            for (TableId table : target.tablesToLoad()) {
                for (PlannedChunk planned : target.chunksToLoad(table)) {
                    chunks.add(planned.chunk());
                }
            }
            return chunks;
        }
    }

    private static void checkSlot(SourceSettings settings, TargetSide target) throws SQLException {
        SlotFacts facts;
        try (Connection source = settings.database().open()) {
            facts = new ReplicationSlot(settings.slot()).facts(source);
        }
        Optional<SyncException> stop = SlotAssessment.assess(facts, target.safeLsn(), target.systemIdentifier());
        if (stop.isPresent()) {
            throw stop.get();
        }
    }
}
