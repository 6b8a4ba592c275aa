package io.walferry.job.pipeline;

import io.walferry.job.apply.ApplySettings;
import io.walferry.job.apply.ApplySink;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.StreamElement;
import io.walferry.job.serde.StreamElementType;
import io.walferry.job.source.SourceSettings;
import io.walferry.job.source.SyncSource;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job graph: the source, and the writers of the main lane, each with its own channel. */
public final class SyncPipeline {

    /** The lane of the tables without filter or ETL. */
    static final String MAIN_LANE = "main";

    private SyncPipeline() {}

    /** Adds the task to the environment. Operator ids are fixed, so that a savepoint fits every later program. */
    public static void build(StreamExecutionEnvironment environment, PreparedTask task) {
        TaskConfig config = task.config();
        int writers = config.apply().writers();
        JobSettings.apply(environment);
        environment.setMaxParallelism(KeyGroups.COUNT);
        environment.enableCheckpointing(config.checkpoint().interval().toMillis());
        Configuration checkpoints = new Configuration();
        checkpoints.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, task.checkpointDirectory());
        environment.configure(checkpoints);
        SourceSettings settings = new SourceSettings(
                config.task(), task.source(), config.slot(), config.publication(), task.tables(), writers);
        ApplySettings apply = new ApplySettings(config.task(), MAIN_LANE, writers, task.target(), config.apply());
        environment
                .fromSource(
                        new SyncSource(settings, new TargetConnector(task)),
                        WatermarkStrategy.noWatermarks(),
                        "PostgreSQL " + config.task(),
                        new StreamElementType())
                .uid("source")
                .setParallelism(config.load().parallelism())
                .partitionCustom((channel, channels) -> channel, StreamElement::channel)
                .sinkTo(new ApplySink(apply))
                .name("Apply " + config.task())
                .uid("apply-" + MAIN_LANE)
                .setParallelism(writers);
    }
}
