package io.walferry.job.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a task file, so that all of it is told at once. */
final class Problems {

    /** Of what is missing from the file as a whole. */
    static final int NO_LINE = 0;

    private record Problem(int line, String text) {

        String shown() {
            return line == NO_LINE ? text : "line " + line + ": " + text;
        }
    }

    private final List<Problem> problems = new ArrayList<>();

    void add(int line, String text) {
        problems.add(new Problem(line, text));
    }

    void throwIfAny(Path file) {
        if (!problems.isEmpty()) {
            throw new TaskFileException(
                    file,
                    problems.stream()
                            .sorted(Comparator.comparingInt(
                                    problem -> problem.line() == NO_LINE ? Integer.MAX_VALUE : problem.line()))
                            .map(Problem::shown)
                            .toList());
        }
    }
}
