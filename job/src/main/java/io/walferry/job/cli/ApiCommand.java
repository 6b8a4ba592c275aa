package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code walferry api}. */
@Command(
        name = "api",
        description = {
            "Prints the task as JSON, which can stand for the task file, and the calls of HTTP and SQL that do what the verbs do."
                    + " Passwords that stand in the file become variables. Asks no database."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:it was printed", " 2:the task file is wrong"})
final class ApiCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private TaskArguments arguments;

    @Option(
            names = "--rest",
            paramLabel = "<url>",
            defaultValue = "http://127.0.0.1:8081",
            description = "Of the JobManager that the calls go to (default: ${DEFAULT-VALUE}).")
    private URI rest;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            try {
                print(config, TaskFile.json(arguments.file()));
                return Walferry.DONE;
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void print(TaskConfig config, JsonNode task) throws JsonProcessingException {
        ObjectWriter writer = JSON.writerWithDefaultPrettyPrinter();
        var calls = TaskCalls.of(config, arguments.file(), rest, FlinkCluster.jobJar());
        if (arguments.json()) {
            ObjectNode all = JSON.createObjectNode();
            all.set("task", task);
            calls.forEach(call ->
                    all.withArray("calls").addObject().put("what", call.what()).put("command", call.command()));
            System.out.println(writer.writeValueAsString(all));
            return;
        }
        System.out.println(writer.writeValueAsString(task));
        calls.forEach(call -> System.out.println("\n# " + call.what() + "\n" + call.command()));
    }
}
