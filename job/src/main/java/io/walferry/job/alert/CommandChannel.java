package io.walferry.job.alert;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program with the facts in variables of its environment, and as JSON at its standard input. */
final class CommandChannel implements Channel {

    private static final long LIMIT_SECONDS = 30;

    private final List<String> command;

    CommandChannel(List<String> command) {
        this.command = List.copyOf(command);
    }

    @Override
    public String name() {
        return "command";
    }

    @Override
    public void send(Alert alert) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of(
                        "WALFERRY_TASK", alert.task(),
                        "WALFERRY_EVENT", alert.kind().label(),
                        "WALFERRY_STATE", alert.state().label(),
                        "WALFERRY_TITLE", alert.title(),
                        "WALFERRY_WORDS", alert.words(),
                        "WALFERRY_SINCE", alert.since().toString(),
                        "WALFERRY_SOURCE", alert.source(),
                        "WALFERRY_TARGET", alert.target()));
        Process process = builder.start();
        try {
            tell(process, alert);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.get(0) + " has not ended within " + LIMIT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command.get(0) + " has ended with status " + process.exitValue());
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void tell(Process process, Alert alert) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(alert.json().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It need not read; its exit status says whether it has done its work.
        }
    }
}
