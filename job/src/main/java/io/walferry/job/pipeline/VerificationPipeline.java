package io.walferry.job.pipeline;

import io.walferry.job.etl.EtlFile;
import io.walferry.job.etl.LaneTable;
import io.walferry.job.etl.SqlLanes;
import io.walferry.job.serde.StreamElementType;
import io.walferry.job.source.StreamTables;
import io.walferry.job.verify.ComparedTable;
import io.walferry.job.verify.ScanFunction;
import io.walferry.job.verify.SettleOperator;
import io.walferry.job.verify.Stage;
import io.walferry.job.verify.StagingFunction;
import io.walferry.job.verify.StatementPart;
import io.walferry.job.verify.VerifySettings;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * The job graph of a verification: workers that compare chunks as long as there are any, then one that settles suspects. Behind
 * both, where a table has a statement, stand lanes like the task's own, which end in tables at the target.
 */
public final class VerificationPipeline {

    private final StreamExecutionEnvironment environment;
    private final PreparedVerification verification;
    private final VerifySettings settings;

    private VerificationPipeline(StreamExecutionEnvironment environment, PreparedVerification verification) {
        this.environment = environment;
        this.verification = verification;
        this.settings = verification.settings();
    }

    /** Adds the run to the environment. It ends by itself. */
    public static void build(StreamExecutionEnvironment environment, PreparedVerification verification) {
        new VerificationPipeline(environment, verification).build();
    }

    private void build() {
        environment.configure(Configuration.fromMap(Map.of(
                "pipeline.generic-types", "false",
                "pipeline.object-reuse", "true",
                "restart-strategy.type", "fixed-delay",
                "restart-strategy.fixed-delay.attempts", "5",
                "restart-strategy.fixed-delay.delay", "2s")));
        SingleOutputStreamOperator<Long> compared = environment
                .fromSequence(1, settings.parallelism())
                .name("Workers")
                .uid("workers")
                .setParallelism(settings.parallelism())
                .process(new ScanFunction(settings, new StreamElementType()))
                .returns(Types.LONG)
                .name("Compare " + settings.task())
                .uid(Stage.COMPARE)
                .setParallelism(settings.parallelism());
        SingleOutputStreamOperator<Long> settled = compared.global()
                .transform(
                        "Settle " + settings.task(), Types.LONG, new SettleOperator(settings, new StreamElementType()))
                .uid(Stage.SETTLE)
                .setParallelism(1);
        settled.sinkTo(new DiscardingSink<>()).name("End").uid("end").setParallelism(1);
        if (settings.tables().stream().anyMatch(ComparedTable::made)) {
            lanes(compared, Stage.COMPARE);
            lanes(settled, Stage.SETTLE);
        }
    }

    private void lanes(SingleOutputStreamOperator<Long> workers, String stage) {
        SqlLanes sql = new SqlLanes(
                environment,
                EtlFile.read(verification.etl()),
                new StreamElementType(),
                workers.getParallelism(),
                settings.task());
        for (ComparedTable table : settings.tables()) {
            for (int part = 0; part < table.parts().size(); part++) {
                lane(sql, workers, stage, table, part);
            }
        }
    }

    private void lane(
            SqlLanes sql, SingleOutputStreamOperator<Long> workers, String stage, ComparedTable table, int part) {
        StatementPart source = table.parts().get(part);
        String name = stage + "-" + table.number() + "-" + part;
        sql.add(
                        LaneTable.of(source.arriving()),
                        StreamTables.of(source.arriving(), -1),
                        workers.getSideOutput(Stage.lane(table, part, new StreamElementType())),
                        name,
                        verification.etl().skipsBadRows()
                                ? new RecordedDeadLetters(settings.task(), settings.target())
                                : null)
                .process(new StagingFunction(settings, table.number(), part, stage))
                .returns(Types.LONG)
                .name("Rows of " + table.target())
                .uid("made-" + name)
                .setParallelism(workers.getParallelism());
    }
}
