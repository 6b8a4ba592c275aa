package io.walferry.tests.support;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The product as its user runs it, {@code walferry run}, in a JVM of its own that can be killed. It never outlives the JVM
 * that started it.
 */
public final class JobProcess implements AutoCloseable {

    private static final String MAIN_CLASS = "io.walferry.job.cli.Walferry";

    private static final List<String> FLINK_OPENS = List.of(
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.time=ALL-UNNAMED");

    private final Process process;
    private final Process guard;
    private final Path output;

    private JobProcess(Process process, Process guard, Path output) {
        this.process = process;
        this.guard = guard;
        this.output = output;
    }

    /**
     * Starts the job from the built jars.
     *
     * @param output takes what the job prints and logs, after what is there already
     * @param jvmOptions further options, such as {@code -Xmx512m}
     */
    public static JobProcess start(Path taskFile, Path output, List<String> jvmOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLINK_OPENS);
        command.add("-Xmx1g");
        // As deploy/bin/walferry starts it.
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.addAll(SharedClasses.jvmOptions());
        command.add(
                "-Dlog4j.configurationFile=" + logging(output.toAbsolutePath().getParent()));
        command.addAll(jvmOptions);
        command.addAll(List.of(MAIN_CLASS, "run", taskFile.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().put("CLASSPATH", classPath());
        Process process = builder.start();
        // A killed JVM runs no hook, so a shell waits at the end of a pipe.
        Process guard = new ProcessBuilder("sh", "-c", "read -r line; kill -9 " + process.pid()).start();
        return new JobProcess(process, guard, output);
    }

    /** That of deploy/bin/walferry. */
    private static String classPath() throws IOException {
        Path target = Path.of("..", "job", "target").toAbsolutePath().normalize();
        try (Stream<Path> jars = Files.list(target)) {
            Path jar = jars.filter(file -> file.getFileName().toString().matches("walferry-job-.*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no built jar in " + target));
            return jar + File.pathSeparator + target.resolve("flink-lib") + File.separator + "*";
        }
    }

    private static Path logging(Path directory) throws IOException {
        Path file = directory.resolve("log4j2.properties");
        try (InputStream resource = JobProcess.class.getResourceAsStream("job-log4j2.properties")) {
            Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Fails if the job has ended. */
    public void requireAlive() {
        if (!process.isAlive()) {
            throw new AssertionError("The job has ended with status " + process.exitValue() + ". " + tail());
        }
    }

    /** @param name as {@code kill} knows it, such as {@code STOP} */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /**
     * SIGTERM, as a service manager or Ctrl-C stops it.
     *
     * @return the exit status
     */
    public int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit(Duration.ofSeconds(60));
    }

    /**
     * Waits until the job ends by itself.
     *
     * @return the exit status
     * @throws AssertionError if it still runs after the limit
     */
    public int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("The job still runs after " + limit.toSeconds() + " s. " + tail());
        }
        return process.exitValue();
    }

    /** All that was printed and logged. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of the output, for failures. */
    public String tail() {
        String text = output();
        return "Its output ends with:\n" + text.substring(Math.max(0, text.length() - 4000));
    }

    /** Makes sure that it is dead. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        guard.destroy();
    }
}
