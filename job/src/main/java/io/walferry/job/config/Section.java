package io.walferry.job.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads the keys of one section of the file into typed values. Every reader notes its problem and returns a stand-in, so
 * that reading goes on and finds the next problem; the stand-ins never leave {@link TaskFile}.
 */
final class Section {

    /** What every section of a file shares. */
    record Context(Path directory, Variables variables, Problems problems) {}

    /** Fits wherever a text is wanted. */
    private static final String STAND_IN = "stand_in";

    private final String path;
    private final int line;
    private final Map<String, YamlNode.Entry> entries;
    private final Context context;
    private final Set<String> known = new LinkedHashSet<>();

    private Section(String path, int line, Map<String, YamlNode.Entry> entries, Context context) {
        this.path = path;
        this.line = line;
        this.entries = entries;
        this.context = context;
    }

    static Section root(YamlNode node, Context context) {
        if (node instanceof YamlNode.Mapping mapping) {
            return new Section("", Problems.NO_LINE, mapping.entries(), context);
        }
        context.problems().add(node.line(), "the file is " + node.kind() + ": it needs keys such as task: and source:");
        return new Section("", Problems.NO_LINE, Map.of(), context);
    }

    /** A section below this one; an absent one reads as empty. */
    Section section(String key) {
        return find(key)
                .map(entry -> {
                    if (entry.value() instanceof YamlNode.Mapping mapping) {
                        return new Section(full(key), entry.line(), mapping.entries(), context);
                    }
                    problem(entry.line(), key, "is " + entry.value().kind() + ": put its keys below it, indented");
                    return new Section(full(key), entry.line(), Map.of(), context);
                })
                .orElseGet(() -> new Section(full(key), line, Map.of(), context));
    }

    /** A section that must be there: without it, one problem is noted instead of one for each of its keys. */
    <T> Optional<T> requiredSection(String key, Function<Section, T> reader) {
        if (find(key).isEmpty()) {
            missing(key);
            return Optional.empty();
        }
        if (entries.get(key).value() instanceof YamlNode.Mapping) {
            return Optional.of(reader.apply(section(key)));
        }
        section(key);
        return Optional.empty();
    }

    /** The sections of a list; an absent one is empty. */
    List<Section> sections(String key) {
        Optional<YamlNode.Entry> entry = find(key);
        if (entry.isEmpty()) {
            return List.of();
        }
        if (!(entry.get().value() instanceof YamlNode.Sequence sequence)) {
            problem(
                    entry.get().line(),
                    key,
                    "is " + entry.get().value().kind() + ": write a list, each item after a -");
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            String name = full(key) + "[" + (sections.size() + 1) + "]";
            if (item instanceof YamlNode.Mapping mapping) {
                sections.add(new Section(name, item.line(), mapping.entries(), context));
            } else {
                context.problems().add(item.line(), name + " is " + item.kind() + ": put keys behind the -");
            }
        }
        return sections;
    }

    /** The keys of this section, which are names of the user's own, with their texts. */
    Map<String, String> namesAndTexts() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : entries.keySet()) {
            text(name).ifPresent(value -> texts.put(name, value));
        }
        return texts;
    }

    /** The keys as they stand in the file. */
    List<String> keys() {
        return List.copyOf(entries.keySet());
    }

    /** Whether the key has keys below it. */
    boolean isSection(String key) {
        return find(key).map(entry -> entry.value() instanceof YamlNode.Mapping).orElse(false);
    }

    boolean flag(String key, boolean byDefault) {
        return has(key)
                ? requiredChoice(key, List.of("true", "false"))
                        .map(Boolean::parseBoolean)
                        .orElse(byDefault)
                : byDefault;
    }

    boolean has(String key) {
        known.add(key);
        return entries.containsKey(key);
    }

    private int lineOf(String key) {
        return has(key) ? entries.get(key).line() : line;
    }

    /** @param complaint what to say of a text that is not right, after its key */
    String requiredText(String key, Predicate<String> right, String complaint) {
        if (!has(key)) {
            missing(key);
        }
        return text(key)
                .filter(value -> {
                    if (!right.test(value)) {
                        problem(lineOf(key), key, complaint);
                    }
                    return right.test(value);
                })
                .orElse(STAND_IN);
    }

    Optional<String> text(String key) {
        return scalar(key).filter(value -> notEmpty(value, key)).map(ScalarValue::text);
    }

    /** One of the choices; empty after a problem. */
    Optional<String> requiredChoice(String key, List<String> choices) {
        return Optional.of(requiredText(key, choices::contains, "is none of " + String.join(", ", choices)))
                .filter(choices::contains);
    }

    /** {@code true} or {@code false}; false if it is not given. */
    boolean yes(String key) {
        return text(key)
                .filter(value -> {
                    if (!value.equals("true") && !value.equals("false")) {
                        problem(lineOf(key), key, "is neither true nor false");
                    }
                    return value.equals("true");
                })
                .isPresent();
    }

    long wholeNumber(String key, long byDefault, long least, long most) {
        return scalar(key)
                .flatMap(value -> {
                    if (!value.text().matches("-?[0-9]{1,18}")) {
                        problem(value.line(), key, value.described() + ": set it to a whole number");
                        return Optional.empty();
                    }
                    return inRange(Long.parseLong(value.text()), value, key, least, most, String::valueOf);
                })
                .orElse(byDefault);
    }

    Duration duration(String key, Duration byDefault, Duration least, Duration most) {
        return Duration.ofMillis(
                quantity(key, Quantity.DURATION, byDefault.toMillis(), least.toMillis(), most.toMillis()));
    }

    long sizeBytes(String key, long byDefault, long least, long most) {
        return quantity(key, Quantity.SIZE, byDefault, least, most);
    }

    private long quantity(String key, Quantity quantity, long byDefault, long least, long most) {
        return scalar(key)
                .flatMap(value -> {
                    OptionalLong number = quantity.parse(value.text());
                    if (number.isEmpty()) {
                        problem(
                                value.line(),
                                key,
                                value.described() + ": set it to a whole number with a unit (" + quantity.units()
                                        + "), for example " + quantity.shown(byDefault));
                        return Optional.empty();
                    }
                    return inRange(number.getAsLong(), value, key, least, most, quantity::shown);
                })
                .orElse(byDefault);
    }

    /** A list of texts; an absent one is empty. */
    List<String> texts(String key, Function<String, Optional<String>> remedy) {
        Optional<YamlNode.Entry> entry = find(key);
        if (entry.isEmpty()) {
            return List.of();
        }
        if (!(entry.get().value() instanceof YamlNode.Sequence sequence)) {
            problem(entry.get().line(), key, "is " + entry.get().value().kind() + ": write a list, for example [a, b]");
            return List.of(STAND_IN);
        }
        List<String> texts = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            valueOf(item, item.line(), key).ifPresent(value -> {
                remedy.apply(value.text())
                        .ifPresent(fix -> problem(value.line(), key, "has " + value.quoted() + ": " + fix));
                texts.add(value.text());
            });
        }
        return texts;
    }

    /** A secret: the text itself, or what stands in a file ({@code file:/path}) without its last line break. */
    Optional<Secret> secret(String key) {
        return scalar(key).flatMap(value -> {
            // By what the file says, not by what a variable holds: a password may begin with file: too.
            if (!value.written().startsWith("file:")) {
                return Optional.of(new Secret(value.text()));
            }
            Path file = resolve(value.text().substring("file:".length()));
            try {
                String content = Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\r?\\n\\z", "");
                if (!content.isEmpty()) {
                    return Optional.of(new Secret(content));
                }
                problem(value.line(), key, "names the file " + file + ", which is empty");
            } catch (IOException e) {
                problem(value.line(), key, "names the file " + file + ", which cannot be read: check path and rights");
            }
            return Optional.empty();
        });
    }

    /** A file that exists, as an absolute path; relative ones start at the task file. */
    Optional<String> file(String key) {
        return scalar(key).filter(value -> notEmpty(value, key)).map(value -> {
            Path file = resolve(value.text());
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                String hint = value.text().startsWith("~") ? ": write ${HOME} for ~" : ": check path and rights";
                problem(value.line(), key, "names the file " + file + ", which cannot be read" + hint);
            }
            return file.toString();
        });
    }

    /** The text of the file that the key names, with its variables replaced; empty if there is none or it cannot be read. */
    Optional<String> contentOf(String key) {
        return scalar(key).flatMap(value -> {
            Path file = resolve(value.text());
            try {
                return context.variables()
                        .replaceIn(
                                Files.readString(file, StandardCharsets.UTF_8),
                                full(key),
                                value.line(),
                                context.problems());
            } catch (IOException e) {
                return Optional.empty(); // file() has told it.
            }
        });
    }

    /** Files that exist, as absolute paths; relative ones start at the task file. */
    List<String> files(String key) {
        return texts(
                        key,
                        text -> Files.isReadable(resolve(text))
                                ? Optional.empty()
                                : Optional.of("there is no such file, or it cannot be read: check path and rights"))
                .stream()
                .map(text -> resolve(text).toString())
                .toList();
    }

    /** A directory as an URI; relative paths start at the task file. */
    Optional<String> directory(String key) {
        return text(key).map(text -> text.matches("[A-Za-z][A-Za-z0-9+.-]*:/.*") ? text : uri(resolve(text)));
    }

    /** As Flink reads it: without escapes. */
    static String uri(Path directory) {
        return "file://" + directory;
    }

    /** To be called when all known keys have been asked for: whatever else is here is a problem. */
    void refuseUnknownKeys() {
        entries.forEach((key, entry) -> {
            if (!known.contains(key)) {
                String advice = NearestName.of(key, known)
                        .map(near -> "did you mean " + near + "?")
                        .orElseGet(() -> "known here: " + String.join(", ", known));
                context.problems().add(entry.line(), full(key) + " is unknown: " + advice);
            }
        });
    }

    /** A problem of a key, on its line, or on the section's line if the key is not there. */
    void problem(String key, String text) {
        problem(lineOf(key), key, text);
    }

    private void problem(int line, String key, String text) {
        context.problems().add(line, full(key) + " " + text);
    }

    /** A problem of the section as a whole. */
    void problem(String text) {
        context.problems().add(line, path + " " + text);
    }

    private void missing(String key) {
        problem(line, key, "is missing: add it");
    }

    private Optional<YamlNode.Entry> find(String key) {
        known.add(key);
        return Optional.ofNullable(entries.get(key));
    }

    private Optional<ScalarValue> scalar(String key) {
        return find(key).flatMap(entry -> valueOf(entry.value(), entry.line(), key));
    }

    private Optional<ScalarValue> valueOf(YamlNode node, int line, String key) {
        if (node instanceof YamlNode.Scalar scalar) {
            return context.variables()
                    .replaceIn(scalar.text(), full(key), scalar.line(), context.problems())
                    .map(text -> new ScalarValue(scalar.line(), scalar.text(), text));
        }
        problem(
                line,
                key,
                node instanceof YamlNode.Empty
                        ? "has no value: give it one, or leave the key out"
                        : "is " + node.kind() + ": give a single value");
        return Optional.empty();
    }

    private boolean notEmpty(ScalarValue value, String key) {
        if (value.text().isBlank()) {
            problem(value.line(), key, "is empty: give it a value");
            return false;
        }
        return true;
    }

    private Optional<Long> inRange(
            long number, ScalarValue value, String key, long least, long most, Function<Long, String> shown) {
        if (number < least) {
            problem(value.line(), key, value.described() + ": set it to " + shown.apply(least) + " or more");
            return Optional.empty();
        }
        if (number > most) {
            problem(value.line(), key, value.described() + ": set it to " + shown.apply(most) + " or less");
            return Optional.empty();
        }
        return Optional.of(number);
    }

    private Path resolve(String path) {
        return context.directory().resolve(path).normalize();
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
