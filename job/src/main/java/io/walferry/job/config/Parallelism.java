package io.walferry.job.config;

import io.walferry.job.model.KeyGroups;
import java.util.Map;
import java.util.OptionalInt;

/** How many of a kind work at once in a task's job; a start takes what holds then. */
public enum Parallelism {
    READERS("load.parallelism"),
    WRITERS("apply.writers");

    private final String key;

    Parallelism(String key) {
        this.key = key;
    }

    /** In the task file. */
    public String key() {
        return key;
    }

    /** Of {@code walferry.control}. */
    public String column() {
        return key.replace('.', '_');
    }

    /** What the task file says. */
    public int of(TaskConfig config) {
        return this == READERS ? config.load().parallelism() : config.apply().writers();
    }

    /** A number as the task file may have it; empty if it is none. */
    public static OptionalInt parse(String text) {
        if (text.matches("[1-9][0-9]{0,2}") && Integer.parseInt(text) <= KeyGroups.COUNT) {
            return OptionalInt.of(Integer.parseInt(text));
        }
        return OptionalInt.empty();
    }

    /** The same task with other numbers, where there are some. */
    public static TaskConfig replace(TaskConfig config, Map<Parallelism, Integer> numbers) {
        LoadConfig load = config.load();
        ApplyConfig apply = config.apply();
        return config.withLoadAndApply(
                new LoadConfig(load.chunkRows(), numbers.getOrDefault(READERS, load.parallelism())),
                new ApplyConfig(
                        numbers.getOrDefault(WRITERS, apply.writers()),
                        apply.batchRows(),
                        apply.batchBytes(),
                        apply.linger()));
    }
}
