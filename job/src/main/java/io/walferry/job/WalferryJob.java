package io.walferry.job;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.pipeline.PreparedTask;
import io.walferry.job.pipeline.SyncPipeline;
import io.walferry.job.pipeline.TaskPreparation;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The entry point for {@code flink run walferry-job.jar task.yaml}. */
public final class WalferryJob {

    private WalferryJob() {}

    /**
     * Prepares the task of the file, or finds it prepared, and submits its job to the cluster that runs this.
     *
     * @param arguments the path of the task file
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("usage: flink run walferry-job.jar <task file>");
        }
        TaskConfig config = TaskFile.load(Path.of(arguments[0]), System::getenv);
        PreparedTask task = TaskPreparation.prepare(config, System.out::println);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        SyncPipeline.build(environment, task);
        environment.execute("walferry " + config.task());
    }
}
