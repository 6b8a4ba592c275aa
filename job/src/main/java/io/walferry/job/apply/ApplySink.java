package io.walferry.job.apply;

import io.walferry.job.model.StreamElement;
import java.io.IOException;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * The writers of one lane as a Flink sink. Its parallelism is the lane's number of writers, and each element goes to the
 * subtask that its channel names.
 */
public final class ApplySink implements Sink<StreamElement> {

    private static final long serialVersionUID = 1L;

    private final ApplySettings settings;

    public ApplySink(ApplySettings settings) {
        this.settings = settings;
    }

    @Override
    public SinkWriter<StreamElement> createWriter(WriterInitContext context) throws IOException {
        int parallelism = context.getTaskInfo().getNumberOfParallelSubtasks();
        if (parallelism != settings.writers()) {
            throw new IllegalStateException("lane " + settings.lane() + " has " + settings.writers()
                    + " writers, but its sink runs with parallelism " + parallelism);
        }
        return new ApplySinkWriter(settings, context);
    }

    /** Flink calls this only where it does not know {@link #createWriter(WriterInitContext)}, which 1.20 does. */
    @Override
    @Deprecated
    public SinkWriter<StreamElement> createWriter(InitContext context) {
        throw new UnsupportedOperationException("needs a WriterInitContext");
    }
}
