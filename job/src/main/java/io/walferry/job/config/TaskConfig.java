package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A whole task file.
 *
 * @param task the task's name: lower-case letters, digits and underscores, at most 40; names slot, publication and control rows
 */
public record TaskConfig(
        String task,
        Endpoint source,
        Endpoint target,
        ObjectsConfig objects,
        LoadConfig load,
        ApplyConfig apply,
        CheckpointConfig checkpoint,
        MappingConfig mapping,
        PhasesConfig phases,
        PrecheckConfig precheck,
        EtlConfig etl,
        VerifyConfig verify,
        ThrottleConfig throttle,
        RetryConfig retry,
        DdlConfig ddl,
        AlertsConfig alerts,
        MetricsConfig metrics,
        TaskProfile profile,
        CutoverConfig cutover,
        OriginsConfig origins)
        implements Serializable {

    private static final Predicate<String> IS_NAME =
            Pattern.compile("[a-z0-9_]{1,40}").asMatchPredicate();

    public TaskConfig {
        if (!isName(task)) {
            throw new IllegalArgumentException(
                    "Name of a task has other characters than lower-case letters, digits and underscores, or over 40");
        }
    }

    /** A task that maps nothing, has all phases, accepts no warning, knows no limit, tells nobody and leaves nobody out. */
    public TaskConfig(
            String task,
            Endpoint source,
            Endpoint target,
            ObjectsConfig objects,
            LoadConfig load,
            ApplyConfig apply,
            CheckpointConfig checkpoint) {
        this(
                task,
                source,
                target,
                objects,
                load,
                apply,
                checkpoint,
                MappingConfig.NONE,
                PhasesConfig.ALL,
                new PrecheckConfig(List.of()),
                EtlConfig.NONE,
                VerifyConfig.DEFAULT,
                ThrottleConfig.NONE,
                RetryConfig.DEFAULT,
                DdlConfig.DEFAULT,
                AlertsConfig.NONE,
                MetricsConfig.NONE,
                TaskProfile.DEFAULT,
                CutoverConfig.DEFAULT,
                OriginsConfig.NONE);
    }

    /** The same task, compared in another way. */
    public TaskConfig withVerify(VerifyConfig other) {
        return new TaskConfig(
                task,
                source,
                target,
                objects,
                load,
                apply,
                checkpoint,
                mapping,
                phases,
                precheck,
                etl,
                other,
                throttle,
                retry,
                ddl,
                alerts,
                metrics,
                profile,
                cutover,
                origins);
    }

    /** The same task, loaded and applied in another way. */
    TaskConfig withLoadAndApply(LoadConfig otherLoad, ApplyConfig otherApply) {
        return new TaskConfig(
                task,
                source,
                target,
                objects,
                otherLoad,
                otherApply,
                checkpoint,
                mapping,
                phases,
                precheck,
                etl,
                verify,
                throttle,
                retry,
                ddl,
                alerts,
                metrics,
                profile,
                cutover,
                origins);
    }

    /** The same task, selecting something else. */
    public TaskConfig withObjects(ObjectsConfig other) {
        return new TaskConfig(
                task,
                source,
                target,
                other,
                load,
                apply,
                checkpoint,
                mapping,
                phases,
                precheck,
                etl,
                verify,
                throttle,
                retry,
                ddl,
                alerts,
                metrics,
                profile,
                cutover,
                origins);
    }

    static boolean isName(String text) {
        return IS_NAME.test(text);
    }

    /** The replication slot at the source. */
    public String slot() {
        return "walferry_" + task;
    }

    /** The publication at the source. */
    public String publication() {
        return "walferry_" + task;
    }
}
