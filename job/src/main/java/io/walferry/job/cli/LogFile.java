package io.walferry.job.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Where the run logs to. Flink and everything else log into a file of bounded size; the console shows only Walferry's own
 * warnings. To be called before anything logs.
 */
final class LogFile {

    private static final String CONFIGURATION = "log4j2.configurationFile";
    private static final String FORMER_CONFIGURATION = "log4j.configurationFile";

    /** Held here, because a logger that nobody refers to forgets its level. */
    private static final java.util.logging.Logger DRIVER_LOG = java.util.logging.Logger.getLogger("org.postgresql");

    private final Optional<Path> path;

    private LogFile(Optional<Path> path) {
        this.path = path;
    }

    /**
     * A configuration that somebody chose by system property stays; it may name the task too, as {@code ${sys:walferry.task}}.
     *
     * @param task stands in every line
     */
    static LogFile in(Path directory, String task) throws IOException {
        // It writes traces of failed connections to the console; what fails is told in words.
        DRIVER_LOG.setLevel(java.util.logging.Level.OFF);
        System.setProperty("walferry.task", task);
        if (System.getProperty(CONFIGURATION) != null || System.getProperty(FORMER_CONFIGURATION) != null) {
            return new LogFile(Optional.empty());
        }
        Path file = Files.createDirectories(directory).resolve("walferry.log");
        if (Files.exists(file) ? !Files.isWritable(file) : !Files.isWritable(directory)) {
            throw new IOException("no right to write");
        }
        // The name under which Flink's web interface looks for it.
        System.setProperty("log.file", file.toString());
        System.setProperty(CONFIGURATION, "classpath:io/walferry/job/cli/run-log4j2.properties");
        // Read by this thread alone: a second one that logs meanwhile would get a console of its own.
        LoggerFactory.getLogger(LogFile.class);
        return new LogFile(Optional.of(file));
    }

    /** For verbs that only look: nothing is logged, unless somebody chose a configuration. */
    static void none() {
        DRIVER_LOG.setLevel(java.util.logging.Level.OFF);
        if (System.getProperty(CONFIGURATION) == null && System.getProperty(FORMER_CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, "classpath:io/walferry/job/cli/quiet-log4j2.properties");
        }
    }

    /** For people; empty if the log goes where somebody chose. */
    Optional<Path> path() {
        return path;
    }
}
