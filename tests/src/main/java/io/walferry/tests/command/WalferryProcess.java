package io.walferry.tests.command;

import io.walferry.tests.support.SharedClasses;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One run of {@code deploy/bin/walferry}. */
public final class WalferryProcess implements AutoCloseable {

    private static final String OPTIONS = "WALFERRY_OPTS";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Process process;

    private WalferryProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts the command.
     *
     * @param home the project's directory
     * @param environment variables beside those of this process
     * @param output where both its output streams go
     * @param arguments verb and what belongs to it
     */
    public static WalferryProcess start(
            Path home, Map<String, String> environment, Redirect output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("deploy/bin/walferry").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(output)
                .redirectInput(Path.of("/dev/null").toFile());
        if (output.equals(Redirect.INHERIT)) {
            builder.redirectError(Redirect.INHERIT);
        } else {
            builder.redirectErrorStream(true);
        }
        builder.environment().putAll(environment);
        // A test that gives options of its own means no other archive by it.
        builder.environment()
                .put(
                        OPTIONS,
                        String.join(" ", SharedClasses.jvmOptions()) + " " + environment.getOrDefault(OPTIONS, ""));
        return new WalferryProcess(builder.start());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends with the exit status; waits for it if need be. */
    public int exitStatus() throws InterruptedException {
        return process.waitFor();
    }

    /**
     * The most memory that the process, or the largest one it started, ever held at once, in bytes ({@code VmHWM} of Linux);
     * 0 where that is not known.
     */
    public long peakMemoryBytes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .mapToLong(handle -> peakMemoryBytes(handle.pid()))
                .max()
                .orElse(0);
    }

    private static long peakMemoryBytes(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * Asks the process to stop (SIGTERM) and waits for it.
     *
     * @return its exit status; empty handed it is killed
     * @throws IOException if it had to be killed
     */
    public int stop() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            close();
            throw new IOException("walferry did not stop within " + STOP_LIMIT.toSeconds() + " s of SIGTERM");
        }
        return process.exitValue();
    }

    /** Kills what is left of it. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
