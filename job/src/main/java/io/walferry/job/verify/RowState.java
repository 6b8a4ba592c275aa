package io.walferry.job.verify;

import java.util.Arrays;

/**
 * What one side has under an identity: the number of rows, the sums of both hashes of their contents, and of their versions.
 * Sums wrap around. No rows: all are 0.
 */
record RowState(long rows, long first, long second, long version) {

    static final RowState ABSENT = new RowState(0, 0, 0, 0);

    /** It has not been looked at: no row is found so. */
    static final RowState UNKNOWN = new RowState(-1, 0, 0, 0);

    RowState plus(long otherFirst, long otherSecond, long otherVersion) {
        return new RowState(rows + 1, first + otherFirst, second + otherSecond, version + otherVersion);
    }

    boolean sameContent(RowState other) {
        return rows == other.rows && first == other.first && second == other.second;
    }

    /** As a {@code bigint[]}. */
    String text() {
        return "{" + rows + "," + first + "," + second + "," + version + "}";
    }

    static RowState of(Long[] numbers) {
        if (numbers.length != 4) {
            throw new IllegalArgumentException("not a state: " + Arrays.toString(numbers));
        }
        return new RowState(numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
