package io.walferry.job.pipeline;

import io.walferry.job.apply.ApplySettings;
import io.walferry.job.apply.ApplySink;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.etl.EtlFile;
import io.walferry.job.etl.SqlLanes;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.Lane;
import io.walferry.job.model.StreamElement;
import io.walferry.job.serde.StreamElementType;
import io.walferry.job.source.SourceSettings;
import io.walferry.job.source.StreamTables;
import io.walferry.job.source.SyncSource;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job graph: the source, and the writers of each lane, each with its own channel. */
public final class SyncPipeline {

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
        TaskLanes lanes = TaskLanes.of(task.tables(), config.etl().skipsBadRows());
        SourceSettings settings = new SourceSettings(
                config.task(),
                task.source(),
                config.slot(),
                config.publication(),
                lanes.travelling(),
                writers,
                config.origins().excluded(),
                lanes.lanes());
        SingleOutputStreamOperator<StreamElement> elements = environment
                .fromSource(
                        new SyncSource(
                                settings,
                                new TargetConnector(task),
                                new MonitorStarter(task),
                                new SteeredPace.Factory(task)),
                        WatermarkStrategy.noWatermarks(),
                        "PostgreSQL " + config.task(),
                        new StreamElementType())
                .uid("source")
                .setParallelism(config.load().parallelism());
        if (lanes.isEmpty()) {
            apply(byChannel(elements, 0, writers), task, Lane.MAIN);
        } else {
            apply(byChannel(elements(elements, 0, writers), 0, writers), task, Lane.MAIN);
            SqlLanes sql = new SqlLanes(
                    environment, EtlFile.read(config.etl()), new StreamElementType(), writers, config.task());
            lanes.tables().forEach((number, table) -> {
                int first = number * writers;
                String name = Lane.nameOf(lanes.arriving(number));
                apply(
                        sql.add(
                                table,
                                StreamTables.of(lanes.arriving(number), number),
                                byChannel(elements(elements, first, writers), first, writers),
                                name,
                                config.etl().skipsBadRows()
                                        ? new RecordedDeadLetters(config.task(), task.target())
                                        : null),
                        task,
                        name);
            });
        }
    }

    /** Those of one lane. */
    private static DataStream<StreamElement> elements(
            SingleOutputStreamOperator<StreamElement> all, int firstChannel, int writers) {
        return all.filter(element -> element.channel() >= firstChannel && element.channel() < firstChannel + writers)
                .name("Lane " + firstChannel / writers)
                .setParallelism(all.getParallelism());
    }

    private static DataStream<StreamElement> byChannel(
            DataStream<StreamElement> elements, int firstChannel, int writers) {
        return elements.partitionCustom((channel, channels) -> channel - firstChannel, StreamElement::channel);
    }

    private static void apply(DataStream<StreamElement> elements, PreparedTask task, String lane) {
        TaskConfig config = task.config();
        int writers = config.apply().writers();
        elements.sinkTo(new ApplySink(new ApplySettings(
                        config.task(),
                        lane,
                        writers,
                        task.target(),
                        config.apply(),
                        config.etl().deadLetters(),
                        List.of())))
                .name("Apply " + (lane.equals(Lane.MAIN) ? config.task() : lane))
                .uid("apply-" + lane)
                .setParallelism(writers);
    }
}
