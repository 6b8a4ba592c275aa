package io.walferry.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.SharedClasses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The pages of {@code docs}: runs the commands that a page has, as they stand there, and finds in their output what it shows. */
final class OperatorPage {

    private static final long LIMIT_SECONDS = 120;
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(bash|text)\\n(.*?)^```$");

    /** What is another one each time. */
    private static final Pattern VARIES = Pattern.compile("file:.+|\\b[0-9a-f]{32}\\b");

    private final Path directory;
    private final Map<String, String> replacements = new LinkedHashMap<>();

    /** @param directory for scripts and their output */
    OperatorPage(Path directory) {
        this.directory = directory;
    }

    /** What an example of the pages is called here; what is replaced first wins. */
    OperatorPage replacing(String example, String real) {
        replacements.put(example, real);
        return this;
    }

    /** Returns what the commands have printed. */
    String run(String page) throws Exception {
        String text = Files.readString(StandaloneCluster.HOME.resolve("docs/" + page + ".md"));
        Path script = Files.writeString(
                directory.resolve(page + ".sh"),
                "set -eu -o pipefail\nPATH='" + StandaloneCluster.HOME.resolve("deploy/bin") + "':$PATH\n"
                        + here(blocks(text, "bash")));
        Path output = directory.resolve(page + ".out");
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("WALFERRY_OPTS", String.join(" ", SharedClasses.jvmOptions()));
        Process bash = builder.start();
        boolean ended = bash.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        bash.destroy();
        String printed = Files.readString(output);
        assertThat(ended && bash.exitValue() == 0)
                .as("docs/" + page + ".md:\n" + printed)
                .isTrue();
        String shown = here(blocks(text, "text"));
        assertThat(masked(printed).lines().toList())
                .as("docs/" + page + ".md")
                .containsAll(masked(shown).lines().toList());
        return printed;
    }

    private static String blocks(String text, String language) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .collect(Collectors.joining());
    }

    private String here(String text) {
        Pattern examples = Pattern.compile(
                replacements.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|")));
        return examples.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(shellSafe(replacements.get(found.group()))));
    }

    private static String shellSafe(String text) {
        return text.replace(" ", "\\ ");
    }

    private static String masked(String text) {
        return VARIES.matcher(text).replaceAll("#");
    }
}
