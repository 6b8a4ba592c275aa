package io.walferry.job.cli;

import io.walferry.job.pipeline.TaskPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code walferry plan}. */
@Command(
        name = "plan",
        description = {
            "Shows what a task would do if it were started now, and changes nothing:",
            "the objects that it would make at the target with their statements, the tables with chunks and estimated rows"
                    + " and bytes, what is left out and why. Obstacles are told by walferry precheck."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:the plan was made", " 2:it could not be made, or the task file is wrong"})
final class PlanCommand implements Callable<Integer> {

    @Mixin
    private TaskArguments arguments;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            TaskPlan plan = TaskPlan.of(config);
            if (arguments.json()) {
                System.out.println(PlanJson.of(config, plan));
            } else {
                new PlanText(Styles.ofThisProcess()).lines(config, plan).forEach(System.out::println);
            }
            return Walferry.DONE;
        });
    }
}
