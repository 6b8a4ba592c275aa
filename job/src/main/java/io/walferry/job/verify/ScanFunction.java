package io.walferry.job.verify;

import io.walferry.job.model.StreamElement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** A worker: compares one chunk after the other as long as there is one that nobody else has; passes its number on then. */
public final class ScanFunction extends ProcessFunction<Long, Long> {

    private static final long serialVersionUID = 1L;

    private final VerifySettings settings;
    private final TypeInformation<StreamElement> elementType;

    /** @param elementType of what goes into lanes */
    public ScanFunction(VerifySettings settings, TypeInformation<StreamElement> elementType) {
        this.settings = settings;
        this.elementType = elementType;
    }

    @Override
    public void processElement(Long worker, Context context, Collector<Long> output) throws Exception {
        String name =
                Stage.worker(Stage.COMPARE, getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
        StatementRows.Lanes lanes = (lane, element) -> context.output(new OutputTag<>(lane, elementType), element);
        try (VerificationLedger ledger =
                        new VerificationLedger(settings.target().open());
                BothSides sides = BothSides.open(settings, name, lanes)) {
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
        SuspectRecords.Entry suspects = ledger.suspects().new Entry(settings.run(), 0);
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
