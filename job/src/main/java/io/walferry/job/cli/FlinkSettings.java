package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/** What the embedded Flink is set to, and where the job on it goes on from. */
final class FlinkSettings {

    private static final String PROMETHEUS = "org.apache.flink.metrics.prometheus.PrometheusReporterFactory";
    private static final long SEGMENT_BYTES = 32 << 10;
    private static final int LANES_OF_A_PATTERN = 8;
    private static final long LEAST_NETWORK_BYTES = 64 << 20;

    private FlinkSettings() {}

    /** @param checkpoint where to go on from; empty: from the records at the target alone */
    static Configuration of(TaskConfig config, Optional<String> checkpoint) {
        Map<String, String> settings = new HashMap<>();
        cluster(settings, config);
        checkpoint.ifPresent(path -> {
            settings.put("execution.state-recovery.path", path);
            // Flink deletes it once it has a newer one, and what no operator wants is left.
            settings.put("execution.state-recovery.claim-mode", "CLAIM");
            settings.put("execution.state-recovery.ignore-unclaimed-state", "true");
        });
        return Configuration.fromMap(settings);
    }

    private static void cluster(Map<String, String> settings, TaskConfig config) {
        settings.put("rest.address", "127.0.0.1");
        settings.put("rest.bind-address", "127.0.0.1");
        settings.put("rest.bind-port", "0");
        settings.put("jobmanager.bind-host", "127.0.0.1");
        settings.put("taskmanager.bind-host", "127.0.0.1");
        settings.put("web.submit.enable", "false");
        settings.put("web.cancel.enable", "false");
        String network =
                networkBytes(config.load().parallelism(), config.apply().writers() * (1 + lanesOf(config))) + "b";
        settings.put("taskmanager.memory.network.min", network);
        settings.put("taskmanager.memory.network.max", network);
        // No operator of ours keeps state of its own or sorts.
        settings.put("taskmanager.memory.managed.size", "0b");
        if (config.metrics().port() > 0) {
            settings.put("metrics.reporter.prom.factory.class", PROMETHEUS);
            settings.put(
                    "metrics.reporter.prom.port",
                    String.valueOf(config.metrics().port()));
        }
        settings.put("security.delegation.tokens.enabled", "false");
        settings.put("cluster.intercept-user-system-exit", "DISABLED");
    }

    /** Tables that go to the target by lanes of their own; how many a pattern matches is not known yet. */
    private static int lanesOf(TaskConfig config) {
        return config.mapping().rules().stream()
                .filter(rule -> rule.filter() != null)
                .mapToInt(rule -> rule.byName() ? 1 : LANES_OF_A_PATTERN)
                .sum();
    }

    /** Slots of the only TaskManager; source and writers share them, and so do those who verify. */
    static int slots(TaskConfig config) {
        return Math.max(
                config.verify().parallelism(),
                Math.max(config.load().parallelism(), config.apply().writers()));
    }

    /** Enough for every channel between readers and writers on both of its ends, half as much again to spare. */
    static long networkBytes(int readers, int writers) {
        long channels = (long) readers * writers;
        long buffers = 2 * channels + 8L * writers + 2 * channels + 8L * readers;
        return Math.max(LEAST_NETWORK_BYTES, buffers * 3 / 2 * SEGMENT_BYTES);
    }
}
