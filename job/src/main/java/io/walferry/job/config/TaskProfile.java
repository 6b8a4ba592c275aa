package io.walferry.job.config;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a task is, for those who look after many of them.
 *
 * @param environment such as production; empty if the file does not say
 * @param labels of the user's own, by name
 */
public record TaskProfile(TaskClass taskClass, String environment, SortedMap<String, String> labels)
        implements Serializable {

    public static final TaskProfile DEFAULT = new TaskProfile(TaskClass.MEDIUM, "", new TreeMap<>());

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final int MOST_LABELS = 16;
    private static final int MOST_CHARACTERS = 100;

    public TaskProfile {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    static TaskProfile read(Section root) {
        TaskClass taskClass = root.has("class")
                ? root.requiredChoice("class", TaskClass.labels())
                        .map(label -> TaskClass.valueOf(label.toUpperCase(Locale.ROOT)))
                        .orElse(TaskClass.MEDIUM)
                : TaskClass.MEDIUM;
        Optional<String> environment = root.text("environment");
        environment.flatMap(TaskProfile::remedy).ifPresent(fix -> root.problem("environment", fix));
        Section section = root.section("labels");
        Map<String, String> labels = section.namesAndTexts();
        if (labels.size() > MOST_LABELS) {
            root.problem("labels", "has " + labels.size() + " of them: at most " + MOST_LABELS);
        }
        labels.forEach((name, text) -> {
            if (!NAME.matcher(name).matches()) {
                section.problem(name, "is no name: use letters, digits and _, a letter first, at most 63");
            }
            remedy(text).ifPresent(fix -> section.problem(name, fix));
        });
        return new TaskProfile(taskClass, environment.orElse(""), new TreeMap<>(labels));
    }

    private static Optional<String> remedy(String text) {
        return text.length() > MOST_CHARACTERS || text.chars().anyMatch(Character::isISOControl)
                ? Optional.of("is too long or has a line break: at most " + MOST_CHARACTERS + " characters in one line")
                : Optional.empty();
    }

    /** Environment and labels in words; empty if there are none. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        if (!environment.isEmpty()) {
            words.add(environment);
        }
        labels.forEach((name, text) -> words.add(name + "=" + text));
        return words;
    }
}
