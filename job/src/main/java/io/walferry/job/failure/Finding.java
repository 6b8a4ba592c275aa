package io.walferry.job.failure;

import java.io.Serializable;

/**
 * Something that was found before the start. Never carries a row value or a secret.
 *
 * @param where the object: {@code source table shop.orders}
 * @param what what is wrong with it, without a full stop
 * @param fix what to do, if possible the statement to run
 */
public record Finding(Severity severity, String where, String what, String fix) implements Serializable {

    /** What a finding means for the start. */
    public enum Severity {
        /** Worth knowing. */
        INFO,
        /** The task starts; the person who runs it should look. */
        WARNING,
        /** The task does not start. */
        ERROR
    }

    public static Finding error(String where, String what, String fix) {
        return new Finding(Severity.ERROR, where, what, fix);
    }

    public static Finding warning(String where, String what, String fix) {
        return new Finding(Severity.WARNING, where, what, fix);
    }

    public static Finding info(String where, String what, String fix) {
        return new Finding(Severity.INFO, where, what, fix);
    }

    /** For people. */
    @Override
    public String toString() {
        return where + ": " + what + "." + (fix.isEmpty() ? "" : " " + fix);
    }
}
