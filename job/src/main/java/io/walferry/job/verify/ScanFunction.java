package io.walferry.job.verify;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** A worker: compares one chunk after the other as long as there is one that nobody else has; passes its number on then. */
public final class ScanFunction implements FlatMapFunction<Long, Long> {

    private final VerifySettings settings;

    public ScanFunction(VerifySettings settings) {
        this.settings = settings;
    }

    @Override
    public void flatMap(Long worker, Collector<Long> output) throws Exception {
        try (VerificationLedger ledger =
                        new VerificationLedger(settings.target().open());
                BothSides sides = BothSides.open(settings.source(), settings.target())) {
            ChunkVerifier verifier = new ChunkVerifier(sides, settings.percent(), settings.countOnly());
            for (Optional<VerificationLedger.Chunk> chunk = ledger.claim(settings.run());
                    chunk.isPresent();
                    chunk = ledger.claim(settings.run())) {
                verify(ledger, verifier, chunk.get());
            }
            ledger.rollback();
        }
        output.collect(worker);
    }

    private void verify(VerificationLedger ledger, ChunkVerifier verifier, VerificationLedger.Chunk chunk)
            throws SQLException, InterruptedException {
        long start = System.nanoTime();
        VerificationLedger.NewSuspects suspects = ledger.new NewSuspects(settings.run(), 0);
        ChunkVerifier.Result result =
                verifier.verify(settings.tables().get(chunk.table()), chunk.lower(), chunk.upper(), suspects);
        suspects.flush();
        long elapsedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        ledger.done(settings.run(), chunk, result, elapsedMs);
        throttle(result.sourceRows(), elapsedMs);
    }

    /** Sleeps as long as the chunk would have taken at the worker's share of the rate, less what it took. */
    private void throttle(long rows, long elapsedMs) throws InterruptedException {
        if (settings.rowsPerSecond() > 0) {
            long dueMs = rows * 1000 * settings.parallelism() / settings.rowsPerSecond();
            TimeUnit.MILLISECONDS.sleep(Math.max(0, dueMs - elapsedMs));
        }
    }
}
