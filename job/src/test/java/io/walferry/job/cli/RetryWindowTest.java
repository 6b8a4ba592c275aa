package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.RetryConfig;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryWindowTest {

    private static final Throwable UNREACHABLE = failure("08001");
    private static final Throwable OTHER = new IllegalStateException("odd");

    private long seconds;
    private final RetryWindow window = new RetryWindow(
            new RetryConfig(Duration.ofSeconds(60), Duration.ofSeconds(10)),
            () -> Duration.ofSeconds(seconds).toNanos());

    private static Throwable failure(String state) {
        return new IOException("cannot open the target", new SQLException("it says no", state));
    }

    @Test
    void retriesAnUnreachableDatabaseForItsTime() {
        assertThat(window.giveUp(UNREACHABLE)).isEmpty();
        seconds = 59;
        assertThat(window.giveUp(UNREACHABLE)).isEmpty();
        seconds = 60;
        assertThat(window.giveUp(failure("57P03"))).hasValueSatisfying(words -> assertThat(words)
                .contains(
                        "given up after 1 min 0 s",
                        "retry.connection is 1 min 0 s",
                        "the first: it says no (SQLSTATE 08001)",
                        "the last: it says no (SQLSTATE 57P03)"));
    }

    @Test
    void givesOtherFailuresTheirOwnTimeFromTheirFirst() {
        window.giveUp(UNREACHABLE);
        seconds = 40;
        assertThat(window.giveUp(OTHER)).isEmpty();
        seconds = 49;
        assertThat(window.giveUp(OTHER)).isEmpty();
        seconds = 51;
        assertThat(window.giveUp(OTHER)).isPresent();
    }

    @Test
    void beginsAnewOnceTheJobHasWorked() {
        window.giveUp(OTHER);
        window.works();
        seconds = 100;
        assertThat(window.giveUp(OTHER)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "3D000", "42501"})
    void tellsAtOnceWhatAPersonHasToMend(String state) {
        assertThat(window.giveUp(failure(state))).isPresent();
        assertThat(window.giveUp(new SyncException(FailureKind.NEEDS_OPERATOR, "slot", "it is gone", "Start anew")))
                .isPresent();
    }
}
