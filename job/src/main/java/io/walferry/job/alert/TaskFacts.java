package io.walferry.job.alert;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a task whose target answers.
 *
 * @param sourceAnswers when asked just now
 * @param lagMs empty: nobody knows, as no job runs or it does not follow changes yet
 * @param failedChange of structure that the target has refused
 * @param deadLetters rows that statements have failed on
 * @param verification the newest that has come to its end
 */
public record TaskFacts(
        Job job,
        boolean sourceAnswers,
        OptionalLong lagMs,
        Slot slot,
        Optional<FailedChange> failedChange,
        long deadLetters,
        Optional<Verification> verification) {

    /**
     * @param ended it was cut over, so none has to run
     * @param silentMs since the last sign; empty: it has ended in order, or said why it has not
     * @param runningMs since its start
     * @param failure in words
     */
    public record Job(
            boolean running, boolean ended, OptionalLong silentMs, OptionalLong runningMs, Optional<String> failure) {}

    /** @param state active, inactive, lost, missing, or unknown */
    public record Slot(String name, String state, OptionalLong retainedWalBytes, OptionalLong safeWalBytes) {}

    /** @param position in the changelog, of the kind {@code tag} such as ALTER TABLE */
    public record FailedChange(String position, String tag) {}

    /** @param differences rows and objects that have not been repaired */
    public record Verification(long run, long differences) {}
}
