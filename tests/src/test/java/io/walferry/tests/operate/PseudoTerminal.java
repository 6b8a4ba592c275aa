package io.walferry.tests.operate;

import io.walferry.tests.support.Await;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs the command in a terminal of {@code script} and tells what a person sees. */
final class PseudoTerminal {

    private static final String REDRAWN = "\u001b[J";
    private static final String ESCAPES = "\u001b\\[[0-9;]*[A-Za-z]";

    private final int columns;

    private PseudoTerminal(int columns) {
        this.columns = columns;
    }

    /** Empty if this machine has no {@code script}, or one of another kind than that of Linux. */
    static Optional<PseudoTerminal> of(int columns) throws IOException, InterruptedException {
        try {
            Process script = new ProcessBuilder("script", "--version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(script.getInputStream().readAllBytes());
            return script.waitFor() == 0 && said.contains("util-linux")
                    ? Optional.of(new PseudoTerminal(columns))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The lines of the second picture that the command draws, without colours; it is ended then. */
    List<String> watch(OperatedTask task, String... arguments) throws Exception {
        Path written = Files.createTempFile("terminal", ".out");
        List<String> words = new ArrayList<>(List.of(OperatedTask.COMMAND.toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(
                        "script",
                        "--quiet",
                        "--flush",
                        "--return",
                        "--command",
                        "stty cols " + columns + " rows 40; exec '" + String.join("' '", words) + "'",
                        "/dev/null")
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(written.toFile());
        builder.environment().putAll(task.environment());
        builder.environment().put("TERM", "xterm");
        builder.environment().remove("COLUMNS");
        Process script = builder.start();
        try {
            Await.until(
                    "it has drawn three times",
                    OperatedTask.LIMIT,
                    () -> Files.readString(written).split(Pattern.quote(REDRAWN), -1).length >= 4);
        } finally {
            script.descendants().forEach(ProcessHandle::destroy);
            script.destroy();
            script.waitFor(10, TimeUnit.SECONDS);
        }
        String second = Files.readString(written).split(Pattern.quote(REDRAWN), -1)[1];
        Files.delete(written);
        return second.replaceAll(ESCAPES, "").lines().map(String::stripTrailing).toList();
    }
}
