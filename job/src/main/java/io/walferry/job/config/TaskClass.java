package io.walferry.job.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Settings by the size of a task. Each single setting in the task file wins over its class. */
public enum TaskClass {
    /** One reader, one writer: transactions stay whole, a second task fits beside it. */
    SMALL(1, 1, 5_000, 8 << 20),
    /** What a task without a class has. */
    MEDIUM(LoadConfig.DEFAULT.parallelism(), ApplyConfig.DEFAULT),
    /** For four processors and more on each side. */
    LARGE(4, 4, 20_000, 32 << 20),
    /** For eight processors and more on each side. */
    XLARGE(8, 8, 40_000, 64 << 20);

    private final LoadConfig load;
    private final ApplyConfig apply;

    TaskClass(int parallelism, ApplyConfig apply) {
        this.load = new LoadConfig(LoadConfig.DEFAULT.chunkRows(), parallelism);
        this.apply = apply;
    }

    TaskClass(int parallelism, int writers, int batchRows, int batchBytes) {
        this(parallelism, new ApplyConfig(writers, batchRows, batchBytes, ApplyConfig.DEFAULT.linger()));
    }

    public LoadConfig load() {
        return load;
    }

    public ApplyConfig apply() {
        return apply;
    }

    /** As it stands in a task file. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(TaskClass::label).toList();
    }
}
