package io.walferry.job.pipeline;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What the job is set to, wherever it runs. */
final class JobSettings {

    /** The job is built for these. */
    private static final Map<String, String> FIXED = Map.of(
            "pipeline.generic-types", "false",
            "pipeline.object-reuse", "true",
            "execution.checkpointing.unaligned.enabled", "false");

    /** Good for it, unless whoever submits it has said otherwise. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "execution.buffer-timeout.interval", "5ms",
            "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION",
            // A checkpoint that fails delays the acknowledgement of the slot; it is no reason to begin again.
            "execution.checkpointing.tolerable-failed-checkpoints", String.valueOf(Integer.MAX_VALUE));

    private static final String RESTART = "restart-strategy.";

    /**
     * Trying is cheap, and while a server is back and nobody tries, the target lags. These belong together, so a strategy that was
     * chosen elsewhere gets none of them.
     */
    private static final Map<String, String> RESTARTS = Map.of(
            RESTART + "type", "exponential-delay",
            RESTART + "exponential-delay.initial-backoff", "500ms",
            RESTART + "exponential-delay.max-backoff", "5s",
            RESTART + "exponential-delay.backoff-multiplier", "2.0",
            RESTART + "exponential-delay.reset-backoff-threshold", "2min");

    private JobSettings() {}

    static void apply(StreamExecutionEnvironment environment) {
        Map<String, String> settings = new HashMap<>(FIXED);
        DEFAULTS.forEach((key, value) -> {
            if (!isSet(environment, key)) {
                settings.put(key, value);
            }
        });
        if (!isSet(environment, RESTART + "type")) {
            settings.putAll(RESTARTS);
        }
        environment.configure(Configuration.fromMap(settings));
    }

    private static boolean isSet(StreamExecutionEnvironment environment, String key) {
        return environment
                .getConfiguration()
                .getOptional(ConfigOptions.key(key).stringType().noDefaultValue())
                .isPresent();
    }
}
