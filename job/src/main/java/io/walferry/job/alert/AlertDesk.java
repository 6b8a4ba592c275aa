package io.walferry.job.alert;

import io.walferry.job.config.AlertsConfig;
import io.walferry.job.config.AlertsConfig.AlertRules;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells what is wrong with a task and what is so no more. Each message is taken on in {@code walferry.alert} before and noted after it
 * was sent: of all desks that look at a task one alone sends it, and one that dies meanwhile is followed by another. Only that the
 * target itself does not answer is kept in here. For one thread.
 */
public final class AlertDesk {

    private static final long RETRY_MS = 30_000;

    private final String task;
    private final String source;
    private final String target;
    private final AlertRules rules;
    private final List<Channel> channels;
    private final Consumer<String> log;
    private final TargetOutage outage;
    private final Set<String> complaints = new HashSet<>();

    /**
     * @param source address
     * @param target address
     * @param log gets a line for each message, and for what could not be sent
     */
    public AlertDesk(String task, String source, String target, AlertsConfig config, Consumer<String> log) {
        this.task = task;
        this.source = source;
        this.target = target;
        this.rules = config.rules();
        this.channels = Channel.of(config);
        this.log = log;
        this.outage = new TargetOutage(rules, System::nanoTime);
    }

    /** Judges the facts and tells what is to be told; returns when that is sent. */
    public void look(Connection records, TaskFacts facts) throws SQLException, InterruptedException {
        AlertLedger ledger = new AlertLedger(records, task);
        ledger.install();
        Map<AlertKind, AlertLedger.Known> known = ledger.known();
        for (Assessment assessment : Assessor.assess(facts, rules)) {
            AlertLedger.Known before = known.get(assessment.kind());
            switch (assessment.state()) {
                case WRONG -> wrong(ledger, assessment, before);
                case FINE -> {
                    if (before != null) {
                        fine(ledger, assessment, before);
                    }
                }
                case UNKNOWN -> {}
            }
        }
    }

    /** @param before {@code null} if all was fine */
    private void wrong(AlertLedger ledger, Assessment assessment, AlertLedger.Known before)
            throws SQLException, InterruptedException {
        AlertKind kind = assessment.kind();
        String event = assessment.event();
        if (before == null || before.over() || !before.event().equals(event)) {
            ledger.raise(kind, event);
        }
        Optional<AlertLedger.Claim> claim = ledger.claim(
                kind,
                event,
                assessment.patience().toMillis(),
                rules.repeat(),
                rules.mute().toMillis());
        if (claim.isPresent()) {
            Alert.State state = claim.get().told() == 0 ? Alert.State.RAISED : Alert.State.REMINDED;
            if (tell(ledger, alert(kind, state, claim.get().since(), assessment.words()), event, claim.get())) {
                ledger.told(kind, event);
            }
        }
    }

    private void fine(AlertLedger ledger, Assessment assessment, AlertLedger.Known before)
            throws SQLException, InterruptedException {
        AlertKind kind = assessment.kind();
        if (!before.over()) {
            ledger.pass(kind);
        }
        Optional<AlertLedger.Claim> claim = ledger.claimPassed(kind);
        if (claim.isPresent()
                && tell(
                        ledger,
                        alert(kind, Alert.State.PASSED, claim.get().since(), assessment.words()),
                        before.event(),
                        claim.get())) {
            ledger.toldPassed(kind);
        }
    }

    /** Returns whether all channels have it now. */
    private boolean tell(AlertLedger ledger, Alert alert, String event, AlertLedger.Claim claim)
            throws SQLException, InterruptedException {
        List<String> sent = new ArrayList<>();
        for (Channel channel : channels) {
            // Noted one by one, so that little is sent again if this process dies meanwhile.
            if (!claim.sent().contains(channel.name()) && send(alert, channel)) {
                sent.add(channel.name());
                ledger.sent(alert.kind(), event, channel.name());
            }
        }
        logSent(alert, sent);
        boolean complete = sent.size() + claim.sent().size() >= channels.size();
        if (!complete) {
            ledger.tryLater(alert.kind(), RETRY_MS);
        }
        return complete;
    }

    /**
     * The target does not answer, and so keeps no record of who tells.
     *
     * @param words why
     * @param teller whether this desk is the one that tells, of those that look at the task
     */
    public void targetIsDown(String words, Teller teller) throws InterruptedException {
        Optional<TargetOutage.Due> due = outage.due();
        if (due.isEmpty() || !teller.isMe()) {
            return;
        }
        Alert.State state = due.get().reminder() ? Alert.State.REMINDED : Alert.State.RAISED;
        if (sendToAll(alert(AlertKind.TARGET_DOWN, state, due.get().since(), words))) {
            outage.told();
        }
    }

    /** The target answers; tells so if it was told that it did not. */
    public void targetIsUp() throws InterruptedException {
        Optional<TargetOutage.Passed> passed = outage.ended();
        if (passed.isPresent()) {
            sendToAll(alert(
                    AlertKind.TARGET_DOWN, Alert.State.PASSED, passed.get().since(), "it answers"));
        }
    }

    /** Of several desks one alone says yes. */
    @FunctionalInterface
    public interface Teller {
        boolean isMe();
    }

    /** The task has failed, and the target does not answer, so nobody else can know. */
    public void failedUnseen(String words) throws InterruptedException {
        sendToAll(alert(AlertKind.FAILED, Alert.State.RAISED, Instant.now(), words));
    }

    private Alert alert(AlertKind kind, Alert.State state, Instant since, String words) {
        return new Alert(task, source, target, kind, state, since, words);
    }

    /** Returns whether any channel has taken it. */
    private boolean sendToAll(Alert alert) throws InterruptedException {
        List<String> sent = new ArrayList<>();
        for (Channel channel : channels) {
            if (send(alert, channel)) {
                sent.add(channel.name());
            }
        }
        logSent(alert, sent);
        return !sent.isEmpty();
    }

    /** Returns whether the channel has taken it. */
    private boolean send(Alert alert, Channel channel) throws InterruptedException {
        try {
            channel.send(alert);
            complaints.removeIf(complaint -> complaint.startsWith(complaintOf(channel)));
            return true;
        } catch (IOException e) {
            String complaint = complaintOf(channel) + e.getMessage();
            // A channel that is out of order is tried again and again.
            if (complaints.add(complaint)) {
                log.accept(complaint);
            }
            return false;
        }
    }

    private static String complaintOf(Channel channel) {
        return "alert not sent by " + channel.name() + ": ";
    }

    private void logSent(Alert alert, List<String> channels) {
        if (!channels.isEmpty()) {
            log.accept("alert by " + String.join(", ", channels) + ": " + alert.title() + ": " + alert.words());
        }
    }
}
