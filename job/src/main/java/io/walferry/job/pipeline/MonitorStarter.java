package io.walferry.job.pipeline;

import io.walferry.job.control.TaskMonitor;
import io.walferry.job.source.Companion;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.flink.metrics.MetricGroup;

/** Lets the job say every second that it runs, and how far it is; and keeps the sequences near the source's. */
record MonitorStarter(PreparedTask task) implements Companion.Factory {

    @Override
    public Companion start(MetricGroup metrics) {
        TaskMonitor monitor = new TaskMonitor(
                        task.config().task(),
                        task.config().slot(),
                        task.source(),
                        task.target(),
                        host(),
                        task.config().apply().writers())
                .start();
        TaskMetrics.register(metrics, task.config().throttle(), monitor::vitals);
        if (task.config().origins().excludes()) {
            return monitor::close; // Both sides take values of their own from their sequences.
        }
        SequenceKeeper sequences = new SequenceKeeper(task);
        return () -> {
            sequences.close();
            monitor.close();
        };
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
