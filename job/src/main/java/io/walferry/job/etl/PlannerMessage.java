package io.walferry.job.etl;

import java.util.regex.Pattern;

/** What the planner says of a statement, in the words that matter to whoever wrote it. */
final class PlannerMessage {

    /** Positions are those of the rewritten statement. */
    private static final Pattern POSITION =
            Pattern.compile("(From|At) line \\d+, column \\d+( to line \\d+, column \\d+)?: ");

    private PlannerMessage() {}

    static String of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? failure.getMessage() : root.getMessage();
        return POSITION.matcher(String.valueOf(message))
                .replaceAll("")
                .replaceAll("\\s*\\n\\s*", " ")
                .strip();
    }
}
