package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.etl.UserJars;
import io.walferry.job.pipeline.PreparedTask;
import io.walferry.job.pipeline.PreparedVerification;
import io.walferry.job.pipeline.SyncPipeline;
import io.walferry.job.pipeline.VerificationPipeline;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** A whole Flink in this process: reachable from this machine only, with its web interface. */
final class EmbeddedFlink implements AutoCloseable {

    private static final int CLOSE_SECONDS = 5;

    private final MiniCluster cluster;
    private final TaskConfig config;

    private EmbeddedFlink(MiniCluster cluster, TaskConfig config) {
        this.cluster = cluster;
        this.config = config;
    }

    static EmbeddedFlink start(TaskConfig config) throws Exception {
        MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(FlinkSettings.of(config, Optional.empty()))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(FlinkSettings.slots(config))
                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                .build());
        EmbeddedFlink flink = new EmbeddedFlink(cluster, config);
        try {
            cluster.start();
            return flink;
        } catch (Exception e) {
            flink.close();
            throw e;
        }
    }

    URI webAddress() throws InterruptedException, ExecutionException {
        return cluster.getRestAddress().get();
    }

    /** @param checkpoint where to go on from; empty: from the records at the target alone */
    RunningJob submit(PreparedTask task, Optional<String> checkpoint) throws InterruptedException, ExecutionException {
        Configuration settings = FlinkSettings.of(config, checkpoint);
        StreamExecutionEnvironment environment = new StreamExecutionEnvironment(settings);
        SyncPipeline.build(environment, task);
        return submit(environment, "walferry " + config.task());
    }

    RunningJob submit(PreparedVerification verification) throws InterruptedException, ExecutionException {
        StreamExecutionEnvironment environment =
                new StreamExecutionEnvironment(FlinkSettings.of(config, Optional.empty()));
        VerificationPipeline.build(environment, verification);
        return submit(environment, "walferry " + config.task() + " verify");
    }

    private RunningJob submit(StreamExecutionEnvironment environment, String name)
            throws InterruptedException, ExecutionException {
        StreamGraph streams = environment.getStreamGraph();
        streams.setJobName(name);
        // What the planner has generated is compiled once here too, and may call functions of the user.
        JobGraph graph = streams.getJobGraph(UserJars.loader(config.etl().jars()), null);
        UserJars.urls(config.etl().jars())
                .forEach(url -> graph.addJar(new org.apache.flink.core.fs.Path(url.toString())));
        cluster.submitJob(graph).get();
        return new RunningJob(cluster, graph.getJobID());
    }

    /** Returns when all is down, or after a few seconds: what is left then are threads that end with the process. */
    @Override
    public void close() {
        try {
            cluster.closeAsync().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            TraceLog.write("Flink did not close in order", e);
        }
    }
}
