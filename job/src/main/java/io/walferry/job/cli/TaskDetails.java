package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.console.ConsoleDetails;
import io.walferry.job.jdbc.Database;
import io.walferry.job.pipeline.StructureDecisions;
import io.walferry.job.pipeline.TaskPrecheck;
import io.walferry.job.verify.VerificationLedger;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the console shows when it is asked for: the same JSON that the verbs print. */
final class TaskDetails implements ConsoleDetails {

    private static final String DDL = "ddl";
    private static final String VERIFICATION = "verification";
    private static final String PRECHECK = "precheck";
    private static final String LETTERS = "dead-letters";
    private static final int NEWEST = 100;
    private static final String NOTHING = "null";

    private final Map<String, TaskConfig> configs;

    /** @param configs by name of the task */
    TaskDetails(Map<String, TaskConfig> configs) {
        this.configs = Map.copyOf(configs);
    }

    @Override
    public List<String> kinds() {
        return List.of(DDL, VERIFICATION, LETTERS, PRECHECK);
    }

    @Override
    public String of(String task, String kind) throws SQLException {
        TaskConfig config = configs.get(task);
        if (config == null) {
            return NOTHING;
        }
        return switch (kind) {
            case DDL -> steps(config);
            case VERIFICATION -> verification(config);
            case LETTERS -> letters(config);
            default -> ReportJson.of(config, TaskPrecheck.run(config));
        };
    }

    private static String steps(TaskConfig config) throws SQLException {
        try (StructureDecisions decisions = StructureDecisions.open(config)) {
            return DdlJson.of(decisions.list(NEWEST));
        }
    }

    private static String letters(TaskConfig config) throws SQLException {
        try (TaskSides sides = new TaskSides(config)) {
            return DeadLetterJson.of(sides.store().deadLetters().list(NEWEST), false);
        }
    }

    private static String verification(TaskConfig config) throws SQLException {
        try (VerificationLedger ledger =
                new VerificationLedger(new Database(config.target(), "walferry " + config.task()).open())) {
            Optional<Long> newest = ledger.newest(config.task());
            return newest.isEmpty() ? NOTHING : VerifyJson.of(config, ledger.report(newest.get()));
        }
    }
}
