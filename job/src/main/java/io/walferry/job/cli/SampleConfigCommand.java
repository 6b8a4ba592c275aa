package io.walferry.job.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code walferry sample-config}. */
@Command(
        name = "sample-config",
        description = "Prints a task file to start from: the least that is needed, or one of the examples.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:printed", " 2:there is no such example"})
final class SampleConfigCommand implements Callable<Integer> {

    static final List<String> EXAMPLES = List.of(
            "minimal",
            "everything",
            "alerts",
            "audit",
            "ddl",
            "etl",
            "existing",
            "filter",
            "mapping",
            "merge",
            "soft-delete",
            "tls",
            "verify",
            "whole-transactions");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Parameters(
            paramLabel = "<example>",
            arity = "0..1",
            defaultValue = "minimal",
            completionCandidates = Examples.class,
            description = "${COMPLETION-CANDIDATES}. By default minimal; everything explains every key.")
    private String example;

    static final class Examples implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return EXAMPLES.iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        if (!EXAMPLES.contains(example)) {
            System.err.println("There is no example " + example + "; there are " + String.join(", ", EXAMPLES));
            return Walferry.WRONG_USAGE;
        }
        try (InputStream file = SampleConfigCommand.class.getResourceAsStream("conf/" + example + ".yaml")) {
            System.out.print(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
        return Walferry.DONE;
    }
}
