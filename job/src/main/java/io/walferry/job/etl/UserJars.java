package io.walferry.job.etl;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Jars with the user's functions: seen by the planner here, and sent with the job to where it runs. */
public final class UserJars {

    private UserJars() {}

    /** Adds the jars to what the job ships. */
    static ClassLoader add(List<String> paths, StreamExecutionEnvironment environment) {
        if (paths.isEmpty()) {
            return loader(paths);
        }
        List<String> shipped = new ArrayList<>(
                environment.getConfiguration().getOptional(PipelineOptions.JARS).orElse(List.of()));
        List<URL> urls = urls(paths);
        urls.forEach(url -> shipped.add(url.toString()));
        Configuration jars = new Configuration();
        jars.set(PipelineOptions.JARS, shipped);
        environment.configure(jars);
        return loader(paths);
    }

    /** Sees the jars beside what this thread sees. */
    public static ClassLoader loader(List<String> paths) {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        return paths.isEmpty() ? own : new URLClassLoader(urls(paths).toArray(URL[]::new), own);
    }

    public static List<URL> urls(List<String> paths) {
        List<URL> urls = new ArrayList<>();
        for (String path : paths) {
            try {
                urls.add(Path.of(path).toUri().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalStateException("a path is always an URL", e);
            }
        }
        return urls;
    }
}
