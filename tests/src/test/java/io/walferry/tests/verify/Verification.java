package io.walferry.tests.verify;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.VerifyConfig;
import io.walferry.job.jdbc.Database;
import io.walferry.job.pipeline.PreparedVerification;
import io.walferry.job.pipeline.VerificationOptions;
import io.walferry.job.pipeline.VerificationPipeline;
import io.walferry.job.pipeline.VerificationPreparation;
import io.walferry.job.verify.VerificationLedger;
import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerifySettings;
import io.walferry.job.verify.VerifySettings.RepairMode;
import io.walferry.tests.support.TaskFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Runs {@code walferry verify} in this JVM. */
final class Verification {

    private final TaskConfig config;

    private Verification(TaskConfig config) {
        this.config = config;
    }

    static Verification of(TaskFile file) throws Exception {
        Path written = Files.createTempFile("verify", ".yaml");
        try {
            return new Verification(io.walferry.job.config.TaskFile.load(file.write(written), System::getenv));
        } finally {
            Files.delete(written);
        }
    }

    Verification with(UnaryOperator<VerifyConfig> change) {
        return new Verification(config.withVerify(change.apply(config.verify())));
    }

    TaskConfig config() {
        return config;
    }

    VerificationReport run() throws Exception {
        return run(RepairMode.NONE);
    }

    VerificationReport run(RepairMode repair) throws Exception {
        PreparedVerification prepared =
                VerificationPreparation.prepare(config, new VerificationOptions(repair, true), words -> {});
        return execute(prepared);
    }

    PreparedVerification prepare(RepairMode repair, boolean anew) throws Exception {
        return VerificationPreparation.prepare(config, new VerificationOptions(repair, anew), words -> {});
    }

    VerificationReport execute(PreparedVerification prepared) throws Exception {
        VerifySettings settings = prepared.settings();
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(settings.parallelism(), new Configuration());
        VerificationPipeline.build(environment, prepared);
        environment.execute();
        try (VerificationLedger ledger = ledger()) {
            return ledger.report(settings.run());
        }
    }

    VerificationLedger ledger() throws Exception {
        return new VerificationLedger(new Database(config.target(), "test").open());
    }

    /** {@code kind table identity column, column}, one line per row found. */
    static List<String> found(VerificationReport report) {
        return report.differences().stream()
                .map(difference -> difference.kind() + " " + difference.tableName() + " "
                        + (difference.identity().startsWith("{") ? difference.identity() : "x" + difference.rows())
                        + (difference.kind().equals("different")
                                ? " " + difference.columns().stream().collect(Collectors.joining(", "))
                                : ""))
                .sorted()
                .toList();
    }

    static List<String> objects(VerificationReport report) {
        return report.objects().stream()
                .map(object -> object.object() + ": " + object.what())
                .toList();
    }
}
