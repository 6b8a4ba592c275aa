package io.walferry.job.alert;

import static io.walferry.job.alert.Assessment.fine;
import static io.walferry.job.alert.Assessment.unknown;
import static io.walferry.job.alert.Assessment.wrong;

import io.walferry.job.config.AlertsConfig.AlertRules;
import io.walferry.job.model.Amounts;
import java.time.Duration;
import java.util.List;

/** Judges the facts by the rules of the task file: pure functions. */
final class Assessor {

    private Assessor() {}

    static List<Assessment> assess(TaskFacts facts, AlertRules rules) {
        return List.of(
                job(facts.job(), rules),
                source(facts, rules),
                lag(facts, rules),
                slot(facts.slot(), rules),
                change(facts),
                deadLetters(facts, rules),
                verification(facts, rules));
    }

    private static Assessment job(TaskFacts.Job job, AlertRules rules) {
        if (job.ended()) {
            return fine(AlertKind.FAILED, "it was cut over");
        }
        if (job.running()) {
            // One that falls over again and again is one failure, not many.
            return job.runningMs().orElse(0) < rules.downFor().toMillis()
                    ? unknown(AlertKind.FAILED)
                    : fine(
                            AlertKind.FAILED,
                            "its job has run for "
                                    + Amounts.duration(job.runningMs().getAsLong()));
        }
        if (job.failure().isPresent()) {
            return wrong(AlertKind.FAILED, "failed", job.failure().get(), Duration.ZERO);
        }
        if (job.silentMs().isPresent()) {
            return wrong(
                    AlertKind.FAILED,
                    "failed",
                    "its job has given no sign for "
                            + Amounts.duration(job.silentMs().getAsLong())
                            + ": it was killed, or is cut off from the target",
                    rules.downFor());
        }
        return fine(AlertKind.FAILED, "it was stopped in order");
    }

    private static Assessment source(TaskFacts facts, AlertRules rules) {
        return facts.sourceAnswers()
                ? fine(AlertKind.SOURCE_DOWN, "it answers")
                : wrong(AlertKind.SOURCE_DOWN, "down", "it cannot be reached from here", rules.downFor());
    }

    private static Assessment lag(TaskFacts facts, AlertRules rules) {
        if (facts.lagMs().isEmpty()) {
            return unknown(AlertKind.LAG);
        }
        long lagMs = facts.lagMs().getAsLong();
        String words = "lag " + Amounts.duration(lagMs);
        return lagMs > rules.lag().toMillis()
                ? wrong(
                        AlertKind.LAG,
                        "lag",
                        words + ", more than " + Amounts.duration(rules.lag().toMillis()) + " for "
                                + Amounts.duration(rules.lagFor().toMillis()),
                        rules.lagFor())
                : fine(AlertKind.LAG, words);
    }

    private static Assessment slot(TaskFacts.Slot slot, AlertRules rules) {
        if (slot.state().equals("lost") || slot.state().equals("missing")) {
            return wrong(
                    AlertKind.SLOT,
                    slot.state(),
                    "slot " + slot.name() + " is " + slot.state() + ": the task cannot go on without its WAL",
                    Duration.ZERO);
        }
        if (slot.retainedWalBytes().isEmpty()) {
            return unknown(AlertKind.SLOT);
        }
        long kept = slot.retainedWalBytes().getAsLong();
        String words = "slot " + slot.name() + " keeps " + Amounts.bytes(kept) + " of WAL";
        if (slot.safeWalBytes().isPresent()) {
            long safe = Math.max(0, slot.safeWalBytes().getAsLong());
            if (kept >= (kept + safe) / 100.0 * rules.slotPercent()) {
                return wrong(
                        AlertKind.SLOT,
                        "much",
                        words + "; after " + Amounts.bytes(safe)
                                + " more the source takes it away (max_slot_wal_keep_size)",
                        Duration.ZERO);
            }
        }
        return rules.slotBytes() > 0 && kept >= rules.slotBytes()
                ? wrong(
                        AlertKind.SLOT,
                        "much",
                        words + ", more than " + Amounts.bytes(rules.slotBytes()) + ", on the source's disk",
                        Duration.ZERO)
                : fine(AlertKind.SLOT, words);
    }

    private static Assessment change(TaskFacts facts) {
        return facts.failedChange()
                .map(change -> wrong(
                        AlertKind.DDL,
                        change.position(),
                        change.tag() + " at " + change.position()
                                + ": walferry ddl list shows it, walferry ddl skip, retry or apply decides",
                        Duration.ZERO))
                .orElseGet(() -> fine(AlertKind.DDL, "none has failed"));
    }

    private static Assessment deadLetters(TaskFacts facts, AlertRules rules) {
        String words = facts.deadLetters() + " in walferry.dead_letter";
        return facts.deadLetters() >= rules.deadLetters()
                ? wrong(
                        AlertKind.DEAD_LETTERS,
                        "letters",
                        words + ": rows that a statement has failed on; walferry dead-letter list shows them",
                        Duration.ZERO)
                : fine(AlertKind.DEAD_LETTERS, words);
    }

    private static Assessment verification(TaskFacts facts, AlertRules rules) {
        if (facts.verification().isEmpty()) {
            return unknown(AlertKind.DIFFERENCES);
        }
        TaskFacts.Verification newest = facts.verification().get();
        String words = newest.differences() + (newest.differences() == 1 ? " difference" : " differences");
        return newest.differences() >= rules.differences()
                ? wrong(
                        AlertKind.DIFFERENCES,
                        "run " + newest.run(),
                        words + ": walferry verify --last shows them",
                        Duration.ZERO)
                : fine(AlertKind.DIFFERENCES, words);
    }
}
