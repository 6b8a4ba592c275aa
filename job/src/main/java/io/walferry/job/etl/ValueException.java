package io.walferry.job.etl;

/** A value that a Flink type cannot hold exactly. The message has the rule, never the value. */
final class ValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ValueException(String rule) {
        super(rule, null, false, false);
    }
}
