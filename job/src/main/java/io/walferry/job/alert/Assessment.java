package io.walferry.job.alert;

import java.time.Duration;

/**
 * How things stand with one kind of trouble.
 *
 * @param event tells events of a kind apart, which follow each other
 * @param words how it is, for people
 * @param patience how long it may be so before anybody is told
 */
record Assessment(AlertKind kind, State state, String event, String words, Duration patience) {

    enum State {
        WRONG,
        FINE,
        /** What was told of it holds. */
        UNKNOWN
    }

    static Assessment wrong(AlertKind kind, String event, String words, Duration patience) {
        return new Assessment(kind, State.WRONG, event, words, patience);
    }

    static Assessment fine(AlertKind kind, String words) {
        return new Assessment(kind, State.FINE, "", words, Duration.ZERO);
    }

    static Assessment unknown(AlertKind kind) {
        return new Assessment(kind, State.UNKNOWN, "", "", Duration.ZERO);
    }
}
