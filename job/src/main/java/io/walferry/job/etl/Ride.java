package io.walferry.job.etl;

import io.walferry.job.model.StreamElement;

/**
 * What rides along with a row through the statement: the change or the line that the row was made of, or an element that is no
 * row at all and passes by. One instance is used again and again, as the row is: what gets it is done with it before the next.
 */
final class Ride {

    /** What rides. */
    enum Kind {
        /** An element that passes on. */
        ELEMENT,
        /** A change with its new row, if it has one. */
        CHANGE,
        /** The row before an update of a table without key; the {@link #CHANGE} follows. */
        OLD_ROW,
        /** All changes of a block have passed; {@link Ride#number} is the time of its last commit. */
        BLOCK_END,
        /** A line of a chunk. */
        LINE,
        /** A change whose new row cannot be made; {@link Ride#cause} says why. */
        DEAD_CHANGE,
        /** A line that no row can be made of. */
        DEAD_LINE,
        /** All lines of a chunk's data have passed; the element is that data. */
        LINES_END
    }

    Kind kind;
    /** {@code null} unless the kind says so. */
    StreamElement element;

    byte[] bytes;
    /** Of the change, or of the line. */
    int start;

    int end;
    long number;
    /** Without values; {@code null} unless the kind says so. */
    String cause;

    Ride element(StreamElement passing) {
        kind = Kind.ELEMENT;
        element = passing;
        bytes = null;
        return this;
    }

    Ride end(Kind endOf, StreamElement ended, long ofCommit) {
        kind = endOf;
        element = ended;
        bytes = null;
        number = ofCommit;
        return this;
    }

    Ride dead(Kind of, byte[] in, int from, int to, String why) {
        cause = why;
        return part(of, in, from, to);
    }

    Ride part(Kind of, byte[] in, int from, int to) {
        kind = of;
        element = null;
        bytes = in;
        start = from;
        end = to;
        return this;
    }
}
