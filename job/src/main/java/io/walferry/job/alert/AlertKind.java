package io.walferry.job.alert;

/** What can be wrong with a task. */
public enum AlertKind {
    FAILED("failed", "the task has failed", "the task runs again"),
    TARGET_DOWN("target-down", "the target does not answer", "the target answers again"),
    SOURCE_DOWN("source-down", "the source does not answer", "the source answers again"),
    LAG("lag", "the target is behind", "the target is in step again"),
    SLOT("slot", "the slot keeps much WAL", "the slot has room again"),
    DDL("ddl-failed", "a change of structure has failed", "the failed change of structure is dealt with"),
    DEAD_LETTERS("dead-letters", "there are dead letters", "there are no dead letters any more"),
    DIFFERENCES("differences", "the verification has found differences", "the newest verification is fine"),
    /** By {@code walferry alert-test} alone. */
    TEST("test", "this is a test", "");

    private final String label;
    private final String title;
    private final String passed;

    AlertKind(String label, String title, String passed) {
        this.label = label;
        this.title = title;
        this.passed = passed;
    }

    /** For programs, and in the control schema. */
    public String label() {
        return label;
    }

    String title() {
        return title;
    }

    /** The title once it has passed. */
    String passed() {
        return passed;
    }
}
