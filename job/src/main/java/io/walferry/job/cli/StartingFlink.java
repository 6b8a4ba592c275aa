package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** An embedded Flink that starts in a thread of its own. */
final class StartingFlink implements AutoCloseable {

    private final FutureTask<EmbeddedFlink> start;

    private StartingFlink(FutureTask<EmbeddedFlink> start) {
        this.start = start;
    }

    static StartingFlink begin(TaskConfig config) {
        FutureTask<EmbeddedFlink> start = new FutureTask<>(() -> EmbeddedFlink.start(config));
        Thread thread = new Thread(start, "walferry-flink-start");
        thread.setDaemon(true);
        thread.start();
        return new StartingFlink(start);
    }

    /** @throws Exception the reason why it did not start */
    EmbeddedFlink await() throws Exception {
        try {
            return start.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Closes it, also if nobody has waited for it. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                start.get().close();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                TraceLog.write("Flink did not start", e);
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
