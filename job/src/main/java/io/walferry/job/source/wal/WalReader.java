package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.ElementOutput;
import io.walferry.job.source.Pace;
import io.walferry.job.source.SourceSettings;
import io.walferry.job.source.StructureSide;
import io.walferry.job.source.TargetSide;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the changelog from the slot's own position: waits until the load is complete at the target, lets the target do what
 * comes after the load, then sends changes, markers and positions to the output until it is closed. A restart sends again
 * what was not acknowledged, with the same positions; the writers drop what they have.
 *
 * <p>Everything but {@link #acknowledge} and {@link #close} happens on the thread that calls {@link #run}, which alone uses
 * the target side; the caller closes that.
 */
public final class WalReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WalReader.class);

    private static final long LOAD_POLL_MS = 200;
    private static final long HELD_POLL_MS = 5;
    private static final long LOAD_STANDSTILL_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** So many polls in vain, a millisecond each, before the reader sleeps between them. */
    private static final int QUIET_POLLS = 20;

    private static final long QUIET_NANOS = 4_000_000L;

    /** A busy stream looks up from reading so often. */
    private static final int MESSAGES_BETWEEN_CHECKS = 4096;

    private final SourceSettings settings;
    private final TargetSide target;
    private final ElementOutput output;
    private final Pace pace;
    private final AtomicLong acknowledge = new AtomicLong(Lsn.NONE);
    private long acknowledged = Lsn.NONE;
    private WalStream stream;
    private volatile TableReload tableReload;
    private volatile boolean closed;
    private Thread runner;

    public WalReader(SourceSettings settings, TargetSide target, ElementOutput output) {
        this(settings, target, output, new Pace(Pace.unlimited().open(0)));
    }

    /** @param pace how fast it may read; the caller closes it */
    public WalReader(SourceSettings settings, TargetSide target, ElementOutput output, Pace pace) {
        this.pace = pace;
        this.settings = settings;
        this.target = target;
        this.output = output;
    }

    /**
     * Reads until {@link #close}; returns then.
     *
     * @throws SQLException if a connection is lost or a server refuses: start again from the last checkpoint
     * @throws SyncException if the task cannot go on by itself
     * @throws InterruptedException if the thread was interrupted
     */
    public void run() throws SQLException, InterruptedException {
        synchronized (this) {
            if (closed) {
                return;
            }
            runner = Thread.currentThread();
        }
        try {
            read();
        } catch (InterruptedException | SQLException | RuntimeException e) {
            if (!closed) {
                throw e;
            }
            LOG.debug("Closed while reading", e);
        } finally {
            synchronized (this) {
                runner = null;
                if (closed) {
                    Thread.interrupted(); // close() set it, and run() ends as it should.
                }
            }
        }
    }

    /**
     * Everything before {@code lsn} is safe at the target: a checkpoint that contains this position has completed. The reader
     * records it there and then lets the source forget it; a lower one than before does nothing.
     */
    public void acknowledge(long lsn) {
        acknowledge.accumulateAndGet(lsn, (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
    }

    /** Makes {@link #run} return soon, from whatever it waits in; does not wait for that. */
    @Override
    public synchronized void close() {
        closed = true;
        if (runner != null) {
            runner.interrupt();
        }
        TableReload reload = tableReload;
        if (reload != null) {
            reload.cancel();
        }
    }

    private void read() throws SQLException, InterruptedException {
        awaitLoad();
        target.afterLoad();
        Map<Long, TargetSide.LoadWindow> windows = target.loadWindows();
        SlotOpener.Opened opened = new SlotOpener(settings, target, this::pause).open();
        acknowledged = opened.confirmedFlushLsn();
        try (WalStream opening = opened.stream();
                ToastReadBack readBack = new ToastReadBack(settings.database(), this::pause)) {
            stream = opening;
            BlockPacker packer = new BlockPacker(settings.channels());
            Outflow outflow = new Outflow(packer, output, settings.channels(), pace);
            Steps steps = new Steps(settings.task(), target, outflow, this::pause, windows.values());
            // Who waits, then who was loaded: a former run may be committing a load yet.
            List<TargetSide.Reload> waiting = target.reloads();
            RelationPlans plans = plans(windows, waiting);
            RecentTransactions recent = new RecentTransactions();
            ChangePosition floor = target.appliedByAll().orElse(ChangePosition.START);
            tableReload = new TableReload(
                    settings.database(),
                    target,
                    plans,
                    recent,
                    new PublicationGrowth(settings.database(), settings.publication(), this::pause),
                    this::pause);
            Reloads reloads = new Reloads(
                    target,
                    steps,
                    plans,
                    tableReload,
                    this::pause,
                    waiting,
                    target.appliedByAny().orElse(ChangePosition.START));
            ChangeRouter router = new ChangeRouter(
                    plans,
                    packer,
                    outflow,
                    readBack,
                    steps,
                    recent,
                    reloads,
                    new StructureSteps(target, steps, plans, reloads, this::pause),
                    target.startWindow().map(LoadOverlap::ofReload).orElse(LoadOverlap.NONE),
                    new ExcludedOrigins(settings.excludedOrigins()),
                    floor,
                    settings.writers(),
                    settings.wholeTransactions());
            // Everything before the slot's position was acknowledged, so it is at the target.
            if (reloads.isSettled()) {
                steps.complete(opened.confirmedFlushLsn());
            }
            stream(
                    router,
                    new CurrentLabels(target.structure(), opening.remembersLabels(), plans, router),
                    outflow,
                    steps,
                    reloads);
        } finally {
            stream = null;
            if (tableReload != null) {
                tableReload.close();
                tableReload = null;
            }
        }
    }

    /** The tables as they are at the target, and what is in them already. */
    private RelationPlans plans(Map<Long, TargetSide.LoadWindow> windows, List<TargetSide.Reload> waiting)
            throws SQLException {
        List<TableSchema> tables = target.structure().map(StructureSide::tables).orElse(settings.tables());
        Map<Long, LoadOverlap> overlaps = new HashMap<>();
        Set<Long> notLoaded = waiting.stream().map(TargetSide.Reload::oid).collect(Collectors.toSet());
        target.reloadWindows().forEach((oid, window) -> overlaps.put(oid, LoadOverlap.ofReload(window)));
        for (TableSchema table : tables) {
            TargetSide.LoadWindow window = windows.get(table.oid());
            if (window != null && !notLoaded.contains(table.oid())) {
                LoadOverlap reloaded = overlaps.get(table.oid());
                overlaps.put(table.oid(), reloaded == null ? LoadOverlap.of(table, window) : reloaded.withRows(window));
            }
            // It may have waited while others went on, and its changes were not sent then.
            if (notLoaded.contains(table.oid()) && TableFill.replaces(table)) {
                overlaps.merge(table.oid(), LoadOverlap.NONE.untilReload(), (known, none) -> known.untilReload());
            }
        }
        return new RelationPlans(
                tables, overlaps, new LaneForms(settings, target.structure().isPresent()), settings.channels());
    }

    private void stream(ChangeRouter router, CurrentLabels labels, Outflow outflow, Steps steps, Reloads reloads)
            throws SQLException, InterruptedException {
        PgOutputReader reader = new PgOutputReader(labels);
        int messages = 0;
        int quiet = 0;
        while (true) {
            if (held(router, outflow)) {
                continue;
            }
            byte[] message = poll();
            if (message != null) {
                quiet = 0;
                labels.at(WalStream.lsn(message));
                reader.read(message, WalStream.HEADER_BYTES, message.length);
                if (++messages % MESSAGES_BETWEEN_CHECKS == 0) {
                    serve();
                }
                continue;
            }
            if (!router.inTransaction()) {
                outflow.advance(stream.keepaliveLsn());
                if (reloads.isSettled()) {
                    steps.complete(outflow.complete());
                }
                reloads.between(outflow.complete());
                outflow.beat();
            }
            outflow.idle();
            serve();
            if (++quiet > QUIET_POLLS) {
                LockSupport.parkNanos(QUIET_NANOS);
            }
        }
    }

    /** Whether the pace forbids reading on: what was read is sent on, and some time has passed. */
    private boolean held(ChangeRouter router, Outflow outflow) throws SQLException, InterruptedException {
        if (!pace.holds() || pace.paused() && router.inTransaction() && settings.wholeTransactions()) {
            return false; // A pause within a whole transaction would keep it open at the target.
        }
        outflow.flush();
        pause(HELD_POLL_MS);
        return true;
    }

    private byte[] poll() throws SQLException {
        try {
            return stream.poll();
        } catch (SQLException e) {
            Optional<SyncException> words = StreamFailure.wordsFor(e, settings);
            if (words.isPresent()) {
                throw words.get();
            }
            throw e;
        }
    }

    private void awaitLoad() throws SQLException, InterruptedException {
        long left = target.chunksLeft();
        long changedNanos = System.nanoTime();
        while (left > 0) {
            pause(LOAD_POLL_MS);
            long now = target.chunksLeft();
            if (now != left) {
                left = now;
                changedNanos = System.nanoTime();
            } else if (System.nanoTime() - changedNanos > LOAD_STANDSTILL_NANOS) {
                throw new SyncException(
                        FailureKind.TRANSIENT,
                        "task " + settings.task(),
                        "all chunks were read, and " + left + " of them have not arrived at the target for "
                                + TimeUnit.NANOSECONDS.toMinutes(LOAD_STANDSTILL_NANOS) + " minutes",
                        "See in the target's pg_stat_activity what the COPY of the task waits for");
            }
        }
    }

    private void pause(long millis) throws SQLException, InterruptedException {
        serve();
        Thread.sleep(millis);
    }

    /** Does what other threads have asked for. */
    private void serve() throws SQLException, InterruptedException {
        if (closed || Thread.interrupted()) {
            throw new InterruptedException();
        }
        long wanted = acknowledge.get();
        if (stream != null && Long.compareUnsigned(wanted, acknowledged) > 0) {
            target.recordSafeLsn(wanted);
            stream.acknowledge(wanted);
            acknowledged = wanted;
        }
    }
}
