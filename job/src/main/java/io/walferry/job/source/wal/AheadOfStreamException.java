package io.walferry.job.source.wal;

/** A table can be loaded anew only later in the stream: when that has come to something that the source has by now, or somebody has let go. */
final class AheadOfStreamException extends Exception {

    private static final long serialVersionUID = 1L;

    AheadOfStreamException(String what) {
        super(what);
    }
}
