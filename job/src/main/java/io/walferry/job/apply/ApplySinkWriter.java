package io.walferry.job.apply;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.model.StreamElement;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a {@link TargetWriter} Flink's clock, mailbox and metrics. */
final class ApplySinkWriter implements SinkWriter<StreamElement> {

    private static final Logger LOG = LoggerFactory.getLogger(ApplySinkWriter.class);

    private final TargetWriter writer;
    private final long lingerMs;
    private final ProcessingTimeService clock;
    private final MailboxExecutor mailbox;
    private final Counter rowsOut;
    private final Counter bytesOut;
    private long countedRows;
    private long countedBytes;
    private boolean timerSet;

    ApplySinkWriter(ApplySettings settings, WriterInitContext context) throws IOException {
        lingerMs = settings.apply().linger().toMillis();
        clock = context.getProcessingTimeService();
        mailbox = context.getMailboxExecutor();
        // Flink exports them as numRecordsSend and numBytesSend too.
        rowsOut = context.metricGroup().getIOMetricGroup().getNumRecordsOutCounter();
        bytesOut = context.metricGroup().getIOMetricGroup().getNumBytesOutCounter();
        try {
            writer = new TargetWriter(settings, context.getTaskInfo().getIndexOfThisSubtask(), this::mailIdle);
        } catch (IOException e) {
            throw asJobFailure(e);
        }
        context.metricGroup().setCurrentSendTimeGauge(writer::lastBatchMs);
    }

    @Override
    public void write(StreamElement element, Context context) throws IOException, InterruptedException {
        try {
            writer.write(element);
        } catch (IOException e) {
            throw asJobFailure(e);
        }
        if (!timerSet && writer.waiting()) {
            timerSet = true;
            clock.registerTimer(clock.getCurrentProcessingTime() + lingerMs, time -> {
                timerSet = false;
                run(writer::linger);
            });
        }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        run(writer::flush);
        count();
    }

    @Override
    public void close() {
        writer.close();
    }

    private void mailIdle() {
        try {
            mailbox.execute(this::onIdle, "written");
        } catch (RejectedExecutionException e) {
            LOG.debug("The task is ending; nobody waits for the batch any more", e);
        }
    }

    private void onIdle() throws IOException, InterruptedException {
        count();
        run(writer::onIdle);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void run(Work work) throws IOException, InterruptedException {
        try {
            work.run();
        } catch (IOException e) {
            throw asJobFailure(e);
        }
    }

    /** In a form that stops the job for good, whatever the cluster's restart strategy is, if trying again is of no use. */
    private static IOException asJobFailure(IOException failure) {
        return FailureKind.isFinal(failure)
                ? new IOException(failure.getMessage(), new SuppressRestartsException(failure))
                : failure;
    }

    private void count() {
        long rows = writer.rowsApplied();
        long bytes = writer.bytesApplied();
        rowsOut.inc(rows - countedRows);
        bytesOut.inc(bytes - countedBytes);
        countedRows = rows;
        countedBytes = bytes;
    }
}
