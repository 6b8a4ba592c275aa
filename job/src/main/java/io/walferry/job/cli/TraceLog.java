package io.walferry.job.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traces of failures for the log file. */
final class TraceLog {

    // Not below io.walferry, whose warnings the console shows: people get the failure in words instead.
    private static final Logger LOG = LoggerFactory.getLogger("walferry.trace");

    private TraceLog() {}

    static void note(String what) {
        LOG.warn(what);
    }

    static void write(String what, Throwable failure) {
        LOG.error(what, failure);
    }
}
