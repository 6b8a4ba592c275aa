package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.SourceSettings;
import io.walferry.job.source.TargetSide;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the task's slot if it still leads exactly to where the target stands, after a former reader of the task has gone. */
final class SlotOpener {

    private static final Logger LOG = LoggerFactory.getLogger(SlotOpener.class);

    private static final long POLL_MS = 200;
    /** A client that died is noticed at once, one that was cut off after wal_sender_timeout (60 s unless set). */
    private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(120);

    private static final long TERMINATE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** @param confirmedFlushLsn where the slot stood when it was opened: the stream begins here */
    record Opened(WalStream stream, long confirmedFlushLsn) {}

    private final SourceSettings settings;
    private final TargetSide target;
    private final Pause pause;

    SlotOpener(SourceSettings settings, TargetSide target, Pause pause) {
        this.settings = settings;
        this.target = target;
        this.pause = pause;
    }

    /** Tables that wait to be loaded anew may come into the publication only then. */
    private List<TableSchema> loaded(List<TableSchema> tables) throws SQLException {
        Set<Long> waiting =
                target.reloads().stream().map(TargetSide.Reload::oid).collect(Collectors.toSet());
        return tables.stream().filter(table -> !waiting.contains(table.oid())).toList();
    }

    /**
     * @throws SyncException if the publication is not what the task has left, the slot is not what the task has left, or somebody goes on reading it
     */
    Opened open() throws SQLException, InterruptedException {
        ReplicationSlot slot = new ReplicationSlot(settings.slot());
        long begin = System.nanoTime();
        boolean terminated = false;
        try (Connection connection = settings.database().open()) {
            Publication publication = new Publication(settings.publication());
            if (target.structure().isPresent()) {
                publication.verifyAtLeast(
                        connection, loaded(target.structure().get().tables()));
            } else {
                publication.verify(connection, settings.tables());
            }
            while (true) {
                SlotFacts facts = slot.facts(connection);
                SlotAssessment.assess(facts, target.safeLsn(), target.systemIdentifier())
                        .ifPresent(failure -> {
                            throw failure;
                        });
                SlotFacts.Slot found = facts.slot().orElseThrow();
                if (!found.active()) {
                    try {
                        return new Opened(
                                WalStream.open(
                                        settings.database(),
                                        settings.slot(),
                                        settings.publication(),
                                        !settings.excludedOrigins().isEmpty()),
                                found.confirmedFlushLsn());
                    } catch (SQLException e) {
                        if (!ReplicationSlot.OBJECT_IN_USE.equals(e.getSQLState())) {
                            throw e;
                        }
                    }
                }
                long waitedNanos = System.nanoTime() - begin;
                if (waitedNanos > WAIT_NANOS) {
                    throw held(found);
                }
                if (!terminated && waitedNanos > TERMINATE_AFTER_NANOS) {
                    terminated = true;
                    terminate(slot, connection);
                }
                pause.millis(POLL_MS);
            }
        }
    }

    private void terminate(ReplicationSlot slot, Connection connection) throws SQLException {
        if (slot.terminateOwnReader(connection)) {
            LOG.info("Ended a former reader of replication slot {}", slot.name());
        }
    }

    private SyncException held(SlotFacts.Slot found) {
        String pid = found.activePid().isPresent() ? " " + found.activePid().getAsInt() : "";
        return new SyncException(
                FailureKind.TRANSIENT,
                "replication slot " + settings.slot(),
                "server process" + pid + " has been reading it for " + TimeUnit.NANOSECONDS.toSeconds(WAIT_NANOS)
                        + " s and does not end",
                "Stop the other reader, if the task runs twice; or run SELECT pg_terminate_backend("
                        + (pid.isEmpty() ? "…" : pid.trim()) + ") at the source");
    }
}
