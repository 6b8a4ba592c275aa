package io.walferry.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.walferry.job.etl.UserJars;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.pipeline.PreparedTask;
import io.walferry.job.pipeline.SyncPipeline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink cluster that is reached through its REST interface, and what it takes to put a task on it. */
final class FlinkCluster {

    /** What the job is built for; patch releases of a cluster may differ. */
    private static final String FLINK = "1.20";

    private final URI address;
    private final FlinkRest rest;

    /** @param slotsFree on all TaskManagers */
    record Overview(String flinkVersion, int slotsFree) {}

    /** The cluster has answered that it will not, or the upload broke off; the cause says why. */
    static final class NotTaken extends Exception {

        NotTaken(Throwable cause) {
            super(cause);
        }
    }

    /** @throws IllegalArgumentException if this is no address of a JobManager */
    FlinkCluster(URI address) {
        if (!"http".equals(address.getScheme()) || address.getHost() == null || address.getPort() < 0) {
            throw new IllegalArgumentException("--rest is " + address + ": write it as http://host:8081");
        }
        this.address = address;
        this.rest = new FlinkRest(address);
    }

    FlinkRest rest() {
        return rest;
    }

    /** Whether it is on several machines. */
    boolean spreads() throws IOException, InterruptedException {
        Set<String> machines = new HashSet<>();
        for (String host : rest.hosts()) {
            machines.add(machine(host));
        }
        machines.add(machine(address.getHost()));
        return machines.size() > 1;
    }

    private static String machine(String host) {
        try {
            InetAddress known = InetAddress.getByName(host);
            return known.isLoopbackAddress() ? "localhost" : known.getHostAddress();
        } catch (UnknownHostException e) {
            return host;
        }
    }

    /** @throws SyncException if its Flink is of a version that the job is not built for */
    Overview overview() throws IOException, InterruptedException {
        JsonNode facts = rest.get("/overview");
        String version = facts.path("flink-version").asText();
        if (!version.startsWith(FLINK + ".")) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "cluster " + address,
                    "it runs Flink " + version + ", and the job is built for " + FLINK,
                    "Use a cluster of Flink " + FLINK);
        }
        return new Overview(version, facts.path("slots-available").asInt());
    }

    /**
     * Uploads the job with its jars; returns its id as soon as the cluster has it.
     *
     * @param savepoint where to go on from; empty: from the records at the target alone
     */
    String submit(PreparedTask task, Optional<String> savepoint) throws NotTaken {
        Configuration settings = new Configuration();
        settings.set(DeploymentOptions.TARGET, "remote");
        settings.set(DeploymentOptions.ATTACHED, false);
        settings.set(RestOptions.ADDRESS, address.getHost());
        settings.set(RestOptions.PORT, address.getPort());
        settings.set(RestOptions.RETRY_MAX_ATTEMPTS, 2);
        settings.set(PipelineOptions.JARS, jars(task));
        savepoint.ifPresent(path -> {
            settings.set(StateRecoveryOptions.SAVEPOINT_PATH, path);
            settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        });
        StreamExecutionEnvironment environment = new StreamExecutionEnvironment(
                settings, UserJars.loader(task.config().etl().jars()));
        SyncPipeline.build(environment, task);
        try {
            return environment
                    .executeAsync("walferry " + task.config().task())
                    .getJobID()
                    .toString();
        } catch (Exception e) {
            throw new NotTaken(e);
        }
    }

    /** The job, and what its statements call. */
    private static List<String> jars(PreparedTask task) {
        List<String> jars = new ArrayList<>(List.of(jobJar().toUri().toString()));
        UserJars.urls(task.config().etl().jars()).forEach(url -> jars.add(url.toString()));
        return jars;
    }

    static Path jobJar() {
        try {
            Path jar = Path.of(FlinkCluster.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isRegularFile(jar)) {
                return jar;
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        throw new SyncException(
                FailureKind.NEEDS_OPERATOR,
                "this program",
                "it does not run from the job's jar, which a cluster has to get",
                "Build it and use deploy/bin/walferry");
    }
}
