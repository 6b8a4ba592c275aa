package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.TaskStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code walferry tables}. */
@Command(
        name = "tables",
        description = "Lists a task's tables with their state, chunks, rows and bytes of the load.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:listed",
            " 2:the target does not answer, or the task file is wrong",
            " 3:the target has no such task"
        })
final class TablesCommand implements Callable<Integer> {

    @Mixin
    private TaskArguments arguments;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            try (TaskSides sides = new TaskSides(config)) {
                Optional<TaskStatus> status = sides.status();
                if (status.isEmpty()) {
                    System.err.println(StatusCommand.unknown(config));
                    return StatusCommand.NO_TASK;
                }
                if (arguments.json()) {
                    System.out.println(json(config, status.get()));
                } else {
                    new StatusTable(Styles.ofThisProcess(), Screen.onTerminal())
                            .lines(status.get().tables())
                            .forEach(System.out::println);
                }
                return Walferry.DONE;
            }
        });
    }

    private static String json(TaskConfig config, TaskStatus status) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("task", config.task());
            json.writeArrayFieldStart("tables");
            for (TaskStatus.Table table : status.tables()) {
                StatusJson.table(json, table);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
