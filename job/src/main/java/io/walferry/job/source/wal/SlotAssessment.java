package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Lsn;
import java.util.Optional;

/**
 * Whether a slot still leads exactly to where the target stands. A slot that does not is never made again by the task: what it
 * has not read would be missing at the target, silently.
 */
public final class SlotAssessment {

    private static final String START_OVER =
            "The changes in between are gone from the source: release the task and start it"
                    + " anew, which loads all tables again";

    private SlotAssessment() {}

    /**
     * @param safeLsn up to where the task may have acknowledged the slot; {@code Lsn.NONE} if it never did
     * @param systemIdentifier of the cluster on which the slot was made
     * @return empty if the task can go on from the slot, although somebody may be reading it right now
     */
    public static Optional<SyncException> assess(SlotFacts facts, long safeLsn, String systemIdentifier) {
        if (!facts.systemIdentifier().equals(systemIdentifier)) {
            return stop(
                    facts,
                    "the source is the cluster with system identifier " + facts.systemIdentifier()
                            + ", and the task began on " + systemIdentifier,
                    "Point the task at the cluster that it began on, or release it and start it anew");
        }
        if (facts.slot().isEmpty()) {
            return stop(facts, "the slot does not exist any more", START_OVER);
        }
        SlotFacts.Slot slot = facts.slot().get();
        if (!slot.plugin().equals(Optional.of("pgoutput"))) {
            return stop(
                    facts,
                    "the slot is "
                            + slot.plugin().map(plugin -> "of plugin " + plugin).orElse("a physical one")
                            + " and not of pgoutput, so it is not the task's",
                    "Find out who made it. " + START_OVER);
        }
        if (!slot.database().equals(Optional.of(facts.database()))) {
            return stop(
                    facts,
                    "the slot is of database " + slot.database().orElse("(none)") + " and not of " + facts.database(),
                    "Correct the source's database in the task file");
        }
        if (slot.invalidationReason().isPresent()) {
            return stop(
                    facts,
                    "the server has invalidated the slot ("
                            + slot.invalidationReason().get() + ")",
                    START_OVER);
        }
        if (slot.walStatus().equals(Optional.of("lost")) || slot.restartLsn() == Lsn.NONE) {
            return stop(
                    facts,
                    "the server has removed WAL that the slot still needed",
                    START_OVER + "; raise max_slot_wal_keep_size before");
        }
        if (safeLsn != Lsn.NONE && Long.compareUnsigned(slot.confirmedFlushLsn(), safeLsn) > 0) {
            return stop(
                    facts,
                    "the slot stands at " + Lsn.format(slot.confirmedFlushLsn())
                            + ", and the task has acknowledged only " + Lsn.format(safeLsn)
                            + ": somebody else has read or advanced it",
                    START_OVER);
        }
        if (Long.compareUnsigned(facts.walLsn(), safeLsn) < 0) {
            return stop(
                    facts,
                    "the source's WAL ends at " + Lsn.format(facts.walLsn()) + ", before " + Lsn.format(safeLsn)
                            + ", which the target already has: the source was set back to an older state",
                    "Release the task and start it anew, which loads all tables again");
        }
        return Optional.empty();
    }

    private static Optional<SyncException> stop(SlotFacts facts, String what, String fix) {
        return Optional.of(
                new SyncException(FailureKind.NEEDS_OPERATOR, "replication slot " + facts.name(), what, fix));
    }
}
