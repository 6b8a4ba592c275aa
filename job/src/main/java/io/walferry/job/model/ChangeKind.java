package io.walferry.job.model;

/** What one packed change is; the code is its first byte. */
public enum ChangeKind {
    /** New row only. */
    INSERT,
    /** New row; for a keyless table the old row too. Values may be missing (unchanged TOAST). The key is the old one. */
    UPDATE,
    /** Old row: key columns at least, for a keyless table all. */
    DELETE,
    /** No rows, no table: a source transaction ends here. Sent where transactions stay whole. */
    COMMIT;

    private static final ChangeKind[] VALUES = values();

    static ChangeKind of(byte code) {
        return VALUES[code];
    }
}
