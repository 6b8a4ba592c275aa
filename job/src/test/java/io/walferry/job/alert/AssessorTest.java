package io.walferry.job.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.AlertsConfig.AlertRules;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssessorTest {

    private static final OptionalLong UNKNOWN = OptionalLong.empty();
    private static final AlertRules RULES = new AlertRules(
            Duration.ofSeconds(20),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            80,
            1_000_000,
            2,
            10,
            Duration.ofHours(4),
            3);

    private TaskFacts.Job job =
            new TaskFacts.Job(true, false, OptionalLong.of(300), OptionalLong.of(60_000), Optional.empty());
    private boolean sourceAnswers = true;
    private OptionalLong lagMs = OptionalLong.of(20);
    private TaskFacts.Slot slot = new TaskFacts.Slot("walferry_shop", "active", OptionalLong.of(100), UNKNOWN);
    private Optional<TaskFacts.FailedChange> failedChange = Optional.empty();
    private long deadLetters;
    private Optional<TaskFacts.Verification> verification = Optional.empty();

    private Assessment of(AlertKind kind) {
        return Assessor.assess(
                        new TaskFacts(job, sourceAnswers, lagMs, slot, failedChange, deadLetters, verification), RULES)
                .stream()
                .filter(assessment -> assessment.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private void assertState(AlertKind kind, Assessment.State state) {
        assertThat(of(kind).state()).isEqualTo(state);
    }

    @Test
    void hasNothingToSayOfATaskThatIsWell() {
        assertThat(Assessor.assess(
                        new TaskFacts(job, sourceAnswers, lagMs, slot, failedChange, deadLetters, verification), RULES))
                .noneMatch(assessment -> assessment.state() == Assessment.State.WRONG);
    }

    @Test
    void takesAJobThatSaysWhyItEndedForFailedAtOnce() {
        job = new TaskFacts.Job(false, false, UNKNOWN, UNKNOWN, Optional.of("no such role"));
        assertState(AlertKind.FAILED, Assessment.State.WRONG);
        assertThat(of(AlertKind.FAILED).patience()).isZero();
        assertThat(of(AlertKind.FAILED).words()).isEqualTo("no such role");
    }

    @Test
    void hasPatienceWithAJobThatIsSilent() {
        job = new TaskFacts.Job(false, false, OptionalLong.of(12_000), OptionalLong.of(99_000), Optional.empty());
        assertState(AlertKind.FAILED, Assessment.State.WRONG);
        assertThat(of(AlertKind.FAILED).patience()).isEqualTo(RULES.downFor());
    }

    @Test
    void takesAJobThatWasStoppedOrCutOverForFine() {
        job = new TaskFacts.Job(false, false, UNKNOWN, OptionalLong.of(99_000), Optional.empty());
        assertState(AlertKind.FAILED, Assessment.State.FINE);
        job = new TaskFacts.Job(false, true, OptionalLong.of(99_000), UNKNOWN, Optional.empty());
        assertState(AlertKind.FAILED, Assessment.State.FINE);
    }

    @Test
    void doesNotCallAJobRecoveredThatHasJustStarted() {
        job = new TaskFacts.Job(true, false, OptionalLong.of(300), OptionalLong.of(3_000), Optional.empty());
        assertState(AlertKind.FAILED, Assessment.State.UNKNOWN);
    }

    @Test
    void knowsNothingOfTheLagWhileNobodyDoes() {
        lagMs = UNKNOWN;
        assertState(AlertKind.LAG, Assessment.State.UNKNOWN);
        lagMs = OptionalLong.of(60_001);
        assertState(AlertKind.LAG, Assessment.State.WRONG);
        assertThat(of(AlertKind.LAG).patience()).isEqualTo(RULES.lagFor());
    }

    @ParameterizedTest(name = "{0}: {1} kept, {2} to go: {3}")
    @CsvSource({
        "active, 100, , FINE",
        "active, 1000000, , WRONG",
        "inactive, 79, 21, FINE",
        "inactive, 80, 20, WRONG",
        "inactive, 80, -5, WRONG",
        "lost, , , WRONG",
        "missing, , , WRONG",
        "unknown, , , UNKNOWN",
    })
    void judgesTheSlotByItsStateAndByWhatItKeeps(String state, Long kept, Long safe, Assessment.State expected) {
        slot = new TaskFacts.Slot(
                "walferry_shop",
                state,
                kept == null ? UNKNOWN : OptionalLong.of(kept),
                safe == null ? UNKNOWN : OptionalLong.of(safe));
        assertState(AlertKind.SLOT, expected);
    }

    @Test
    void tellsEachFailedChangeAndEachVerificationApart() {
        failedChange = Optional.of(new TaskFacts.FailedChange("0/10/3", "ALTER TABLE"));
        assertThat(of(AlertKind.DDL).event()).isEqualTo("0/10/3");
        verification = Optional.of(new TaskFacts.Verification(7, 10));
        assertThat(of(AlertKind.DIFFERENCES).event()).isEqualTo("run 7");
        verification = Optional.of(new TaskFacts.Verification(8, 9));
        assertState(AlertKind.DIFFERENCES, Assessment.State.FINE);
    }

    @Test
    void countsDeadLettersFromTheThresholdOn() {
        deadLetters = 1;
        assertState(AlertKind.DEAD_LETTERS, Assessment.State.FINE);
        deadLetters = 2;
        assertState(AlertKind.DEAD_LETTERS, Assessment.State.WRONG);
    }

    @Test
    void missesTheSource() {
        sourceAnswers = false;
        assertState(AlertKind.SOURCE_DOWN, Assessment.State.WRONG);
    }
}
