package io.walferry.job.failure;

/** A failure in words for the person who runs the task. Never carries a row value or a secret. */
public class SyncException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final Finding finding;

    /**
     * @param where the object: "source table shop.orders"
     * @param what what is wrong with it
     * @param fix what to do, if possible the statement to run
     */
    public SyncException(FailureKind kind, String where, String what, String fix) {
        this(kind, where, what, fix, null);
    }

    public SyncException(FailureKind kind, String where, String what, String fix, Throwable cause) {
        super(where + ": " + what + ". " + fix, cause);
        this.kind = kind;
        this.finding = Finding.error(where, what, fix);
    }

    public FailureKind kind() {
        return kind;
    }

    /** The same as what a check finds. */
    public Finding finding() {
        return finding;
    }
}
