package io.walferry.job;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.pipeline.PreparedTask;
import io.walferry.job.pipeline.PreparedVerification;
import io.walferry.job.pipeline.SyncPipeline;
import io.walferry.job.pipeline.TaskPreparation;
import io.walferry.job.pipeline.VerificationOptions;
import io.walferry.job.pipeline.VerificationPipeline;
import io.walferry.job.pipeline.VerificationPreparation;
import io.walferry.job.verify.VerifySettings;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The entry point for {@code flink run walferry-job.jar task.yaml}, and with {@code verify task.yaml} for a verification. */
public final class WalferryJob {

    private WalferryJob() {}

    /**
     * Prepares the task of the file, or finds it prepared, and submits its job to the cluster that runs this.
     *
     * @param arguments the path of the task file; with {@code verify} before it, the task is verified instead, and the results
     *     are in {@code walferry.verification…} at the target
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("verify")) {
            verify(TaskFile.load(Path.of(arguments[1]), System::getenv));
            return;
        }
        if (arguments.length != 1) {
            throw new IllegalArgumentException("usage: flink run walferry-job.jar [verify] <task file>");
        }
        TaskConfig config = TaskFile.load(Path.of(arguments[0]), System::getenv);
        PreparedTask task = TaskPreparation.prepare(config, System.out::println);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        SyncPipeline.build(environment, task);
        environment.execute("walferry " + config.task());
    }

    private static void verify(TaskConfig config) throws Exception {
        PreparedVerification prepared = VerificationPreparation.prepare(
                config, new VerificationOptions(VerifySettings.RepairMode.NONE, false), System.out::println);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        VerificationPipeline.build(environment, prepared);
        environment.execute("walferry " + config.task() + " verify");
    }
}
