package io.walferry.job.source.wal;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the source tells about itself and about the task's slot.
 *
 * @param systemIdentifier the cluster's
 * @param database that was asked
 * @param walLsn how far the cluster's WAL has got
 * @param slot empty: there is none of that name
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-replication-slots.html">pg_replication_slots</a>
 */
public record SlotFacts(String name, String systemIdentifier, String database, long walLsn, Optional<Slot> slot) {

    /**
     * One row of {@code pg_replication_slots}.
     *
     * @param plugin empty for a physical slot
     * @param database empty for a physical slot
     * @param activePid the server process that reads the slot now
     * @param restartLsn {@code Lsn.NONE} if the slot holds no WAL (any more)
     * @param confirmedFlushLsn {@code Lsn.NONE} for a physical slot
     * @param walStatus from version 13: {@code reserved}, {@code extended}, {@code unreserved}, {@code lost}
     * @param invalidationReason from version 17; for 16 {@code conflicting} if the slot conflicted with recovery
     */
    public record Slot(
            Optional<String> plugin,
            Optional<String> database,
            boolean temporary,
            boolean active,
            OptionalInt activePid,
            long restartLsn,
            long confirmedFlushLsn,
            Optional<String> walStatus,
            Optional<String> invalidationReason) {}
}
