package io.walferry.job.config;

import java.nio.file.Path;
import java.util.List;

/** A task file that cannot be used; the message names every problem of it, each with its line. Never carries a secret. */
public final class TaskFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    TaskFileException(Path file, List<String> problems) {
        super(message(file, problems));
        this.problems = List.copyOf(problems);
    }

    /** One text per problem, in the order of their lines. */
    public List<String> problems() {
        return problems;
    }

    private static String message(Path file, List<String> problems) {
        String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return file + " has " + count + ":\n  " + String.join("\n  ", problems);
    }
}
