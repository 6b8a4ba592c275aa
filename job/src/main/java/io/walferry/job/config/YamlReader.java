package io.walferry.job.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * YAML text into nodes with lines. A key that stands twice, an alias or a second document is a problem. What the parser
 * says is passed on without its excerpt of the file, which could show a secret.
 */
final class YamlReader {

    private final Problems problems;
    private final YAMLParser parser;

    private YamlReader(YAMLParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The document; empty if the text is no YAML or has no document, which is then among the problems. */
    static Optional<YamlNode> read(String yaml, Problems problems) {
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            YamlReader reader = new YamlReader(parser, problems);
            if (parser.nextToken() == null) {
                problems.add(Problems.NO_LINE, "the file is empty: it needs task, source, target and objects");
                return Optional.empty();
            }
            YamlNode root = reader.node();
            if (parser.nextToken() != null) {
                problems.add(reader.line(), "a second document begins: a task file has one");
            }
            return Optional.of(root);
        } catch (JsonProcessingException e) {
            problems.add(lineOf(e), "not valid YAML: " + reasonOf(e));
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    /** The node that begins at the current token. */
    private YamlNode node() throws IOException {
        int line = line();
        JsonToken token = parser.currentToken();
        if (parser.isCurrentAlias()) {
            problems.add(line, "an alias (*name) stands here: write the value itself");
            return new YamlNode.Empty(line);
        }
        return switch (token) {
            case START_OBJECT -> mapping(line);
            case START_ARRAY -> sequence(line);
            case VALUE_NULL -> new YamlNode.Empty(line);
            default -> new YamlNode.Scalar(line, parser.getText());
        };
    }

    private YamlNode mapping(int line) throws IOException {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int keyLine = line();
            parser.nextToken();
            YamlNode value = node();
            YamlNode.Entry earlier = entries.putIfAbsent(key, new YamlNode.Entry(keyLine, value));
            if (earlier != null) {
                problems.add(keyLine, key + " stands here again: it is already on line " + earlier.line());
            }
        }
        return new YamlNode.Mapping(line, entries);
    }

    private YamlNode sequence(int line) throws IOException {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node());
        }
        return new YamlNode.Sequence(line, items);
    }

    private int line() {
        return lineOf(parser);
    }

    private static int lineOf(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private static int lineOf(JsonProcessingException failure) {
        if (failure.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return marked.getProblemMark().getLine() + 1;
        }
        return failure.getLocation() == null
                ? Problems.NO_LINE
                : Math.max(Problems.NO_LINE, failure.getLocation().getLineNr());
    }

    private static String reasonOf(JsonProcessingException failure) {
        boolean known = failure.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null;
        String problem = known ? ((MarkedYAMLException) failure.getCause()).getProblem() : "";
        // Of tags, the parser quotes the text, which may be an unquoted password.
        return problem.isEmpty() || problem.contains("!") ? "put quotes around the value" : problem;
    }
}
