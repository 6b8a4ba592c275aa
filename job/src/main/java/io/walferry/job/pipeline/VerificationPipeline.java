package io.walferry.job.pipeline;

import io.walferry.job.verify.ScanFunction;
import io.walferry.job.verify.SettleOperator;
import io.walferry.job.verify.VerifySettings;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** The job graph of a verification: workers that compare chunks as long as there are any, then one that settles suspects. */
public final class VerificationPipeline {

    private VerificationPipeline() {}

    /** Adds the run to the environment. It ends by itself. */
    public static void build(StreamExecutionEnvironment environment, VerifySettings settings) {
        environment.configure(Configuration.fromMap(Map.of(
                "pipeline.generic-types", "false",
                "restart-strategy.type", "fixed-delay",
                "restart-strategy.fixed-delay.attempts", "5",
                "restart-strategy.fixed-delay.delay", "2s")));
        environment
                .fromSequence(1, settings.parallelism())
                .name("Workers")
                .uid("workers")
                .setParallelism(settings.parallelism())
                .flatMap(new ScanFunction(settings))
                .returns(Types.LONG)
                .name("Compare " + settings.task())
                .uid("compare")
                .setParallelism(settings.parallelism())
                .global()
                .transform("Settle " + settings.task(), Types.LONG, new SettleOperator(settings))
                .uid("settle")
                .setParallelism(1)
                .sinkTo(new DiscardingSink<>())
                .name("End")
                .uid("end")
                .setParallelism(1);
    }
}
