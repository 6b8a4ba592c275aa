package io.walferry.job.model;

/**
 * How key groups are spread over writers: contiguous ranges, as Flink spreads them. Stated here once, because the source
 * (which channel gets a change), the writer (what it owns) and the progress table must agree.
 *
 * @see <a href="https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/dev/datastream/execution/parallel/">maximum
 *     parallelism</a>
 */
public final class KeyGroups {

    /** Number of key groups, fixed for the life of every task. */
    public static final int COUNT = 128;

    private KeyGroups() {}

    public static int channelOf(int keyGroup, int writers) {
        return keyGroup * writers / COUNT;
    }

    /** First key group of the writer, inclusive. */
    public static int first(int writer, int writers) {
        return (writer * COUNT + writers - 1) / writers;
    }

    /** Last key group of the writer, inclusive. */
    public static int last(int writer, int writers) {
        return ((writer + 1) * COUNT - 1) / writers;
    }
}
