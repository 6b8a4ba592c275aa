package io.walferry.job.cli;

import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import io.walferry.job.pipeline.TaskReselection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code walferry add-tables} and {@code walferry remove-tables} have in common. */
@Command(
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:it is done, or there was nothing to do",
            " 2:a database does not answer, or the task file is wrong",
            " 3:it was refused: something has to be done first"
        })
abstract class ReselectionCommand implements Callable<Integer> {

    @Mixin
    private TaskArguments arguments;

    @Option(names = "--dry-run", description = "Tell what would be done, and do nothing.")
    private boolean dryRun;

    /** {@code walferry add-tables}. */
    @Command(
            name = "add-tables",
            description = {
                "Lets a task have tables that its file selects since it was started: add them to objects in the file, stop the task, run this,"
                        + " and start it again. The tables are created at the target now, and loaded when the task starts, in their place in the"
                        + " stream."
            })
    static final class Add extends ReselectionCommand {

        @Override
        List<TableId> wanted(TaskReselection reselection) {
            return reselection.added();
        }

        @Override
        List<TableId> unwanted(TaskReselection reselection) {
            return reselection.removed();
        }

        @Override
        String advice() {
            return "the file no longer selects %s: walferry remove-tables lets tables go";
        }

        @Override
        String done() {
            return "added";
        }
    }

    /** {@code walferry remove-tables}. */
    @Command(
            name = "remove-tables",
            description = {
                "Lets go of tables that a task's file selects no longer: take them out of objects in the file, or exclude them, stop the task,"
                        + " run this, and start it again. What the target has of them stays as it is."
            })
    static final class Remove extends ReselectionCommand {

        @Override
        List<TableId> wanted(TaskReselection reselection) {
            return reselection.removed();
        }

        @Override
        List<TableId> unwanted(TaskReselection reselection) {
            return reselection.added();
        }

        @Override
        String advice() {
            return "the file selects %s too: walferry add-tables lets tables come";
        }

        @Override
        String done() {
            return "removed";
        }
    }

    abstract List<TableId> wanted(TaskReselection reselection);

    /** Changes that the other verb is for. */
    abstract List<TableId> unwanted(TaskReselection reselection);

    /** @return with a place for the tables */
    abstract String advice();

    abstract String done();

    @Override
    public Integer call() {
        return arguments.with(config -> {
            try (TaskReselection reselection = TaskReselection.of(config)) {
                if (!unwanted(reselection).isEmpty()) {
                    System.err.println(advice().formatted(names(unwanted(reselection))));
                    return Walferry.REFUSED;
                }
                if (dryRun) {
                    reselection.statements().forEach(statement -> System.out.println(statement + ";"));
                } else {
                    reselection.apply();
                }
                reselection.remarks().forEach(System.out::println);
                List<TableId> tables = wanted(reselection);
                System.out.println(
                        tables.isEmpty()
                                ? "the task has the tables that the file selects"
                                : (dryRun ? "would be " : "") + done() + " " + names(tables));
                return Walferry.DONE;
            } catch (SyncException e) {
                System.err.println(e.getMessage());
                return Walferry.REFUSED;
            }
        });
    }

    private static String names(List<TableId> tables) {
        return String.join(", ", tables.stream().map(TableId::toString).toList());
    }
}
