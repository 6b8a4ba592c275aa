package io.walferry.job.source.wal;

/** A table can be loaded anew only when the stream has come to something that the source has by now. */
final class AheadOfStreamException extends Exception {

    private static final long serialVersionUID = 1L;

    AheadOfStreamException(String what) {
        super(what);
    }
}
