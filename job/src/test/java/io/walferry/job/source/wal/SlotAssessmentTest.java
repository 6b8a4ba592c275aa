package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.source.wal.SlotFacts.Slot;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SlotAssessmentTest {

    private static final String CLUSTER = "7000000000000000001";
    private static final long CONFIRMED = 0x100;
    private static final long WAL_END = 0x200;

    private static Slot slot(String plugin, String database, long restartLsn, String walStatus, String reason) {
        return new Slot(
                Optional.ofNullable(plugin),
                Optional.ofNullable(database),
                false,
                true,
                OptionalInt.of(4711),
                restartLsn,
                CONFIRMED,
                Optional.ofNullable(walStatus),
                Optional.ofNullable(reason));
    }

    private static final Slot GOOD = slot("pgoutput", "shop", 0x80, "extended", null);

    private static Optional<String> stop(Slot slot, long safeLsn, String cluster) {
        return SlotAssessment.assess(
                        new SlotFacts("walferry_shop", CLUSTER, "shop", WAL_END, Optional.ofNullable(slot)),
                        safeLsn,
                        cluster)
                .map(failure -> {
                    assertThat(failure.kind()).isEqualTo(FailureKind.NEEDS_OPERATOR);
                    assertThat(failure).hasMessageStartingWith("replication slot walferry_shop: ");
                    return failure;
                })
                .map(SyncException::getMessage);
    }

    @Test
    void letsTheTasksOwnSlotPassAlthoughItIsBeingRead() {
        assertThat(stop(GOOD, CONFIRMED, CLUSTER)).isEmpty();
        assertThat(stop(GOOD, WAL_END, CLUSTER)).isEmpty();
        assertThat(stop(GOOD, 0, CLUSTER)).isEmpty();
        assertThat(stop(slot("pgoutput", "shop", 0x80, null, null), CONFIRMED, CLUSTER))
                .as("before version 13")
                .isEmpty();
    }

    @Test
    void stopsIfTheSlotIsNotTheOneThatTheTaskLeft() {
        assertThat(stop(null, CONFIRMED, CLUSTER).orElseThrow()).contains("does not exist");
        assertThat(stop(slot("wal2json", "shop", 0x80, null, null), CONFIRMED, CLUSTER)
                        .orElseThrow())
                .contains("of plugin wal2json");
        assertThat(stop(slot(null, null, 0x80, null, null), CONFIRMED, CLUSTER).orElseThrow())
                .contains("a physical one");
        assertThat(stop(slot("pgoutput", "other", 0x80, null, null), CONFIRMED, CLUSTER)
                        .orElseThrow())
                .contains("of database other and not of shop");
        assertThat(stop(GOOD, CONFIRMED, "7000000000000000002").orElseThrow())
                .contains("the source is the cluster with system identifier " + CLUSTER);
    }

    @Test
    void stopsIfChangesAreMissing() {
        assertThat(stop(slot("pgoutput", "shop", 0x80, "lost", null), CONFIRMED, CLUSTER)
                        .orElseThrow())
                .contains("removed WAL");
        assertThat(stop(slot("pgoutput", "shop", 0, "unreserved", null), CONFIRMED, CLUSTER)
                        .orElseThrow())
                .contains("removed WAL");
        assertThat(stop(slot("pgoutput", "shop", 0x80, "reserved", "idle_timeout"), CONFIRMED, CLUSTER)
                        .orElseThrow())
                .contains("invalidated the slot (idle_timeout)");
        assertThat(stop(GOOD, CONFIRMED - 1, CLUSTER).orElseThrow())
                .contains("the slot stands at 0/100, and the task has acknowledged only 0/FF");
        assertThat(stop(GOOD, WAL_END + 1, CLUSTER).orElseThrow()).contains("set back to an older state");
    }
}
