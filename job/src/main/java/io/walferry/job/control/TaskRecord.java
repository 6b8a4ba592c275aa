package io.walferry.job.control;

/**
 * A task as the control schema has it.
 *
 * @param slotLsn where the slot began; {@code Lsn.NONE} while it has not been made
 * @param safeLsn the slot has never been acknowledged beyond it
 */
public record TaskRecord(String systemIdentifier, String slot, long slotLsn, long safeLsn, String phase) {

    /** The slot exists, so the task resumes; before, it prepares from the start. */
    public boolean started() {
        return slotLsn != 0;
    }
}
