package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import java.sql.SQLException;
import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.Test;

class FailureTextTest {

    private final SyncException ours =
            new SyncException(FailureKind.NEEDS_OPERATOR, "slot walferry_orders", "it is gone", "Start anew");

    @Test
    void tellsOurOwnFailureThroughFlinksEnvelopes() {
        Throwable envelope = new SerializedThrowable(
                new RuntimeException("outer", new SerializedThrowable(new IllegalStateException("inner", ours))));
        assertThat(FailureText.of(envelope)).isEqualTo("slot walferry_orders: it is gone. Start anew");
        assertThat(FailureText.find(envelope, SyncException.class).orElseThrow().kind())
                .isEqualTo(FailureKind.NEEDS_OPERATOR);
    }

    @Test
    void tellsAFailureOfTheDatabaseWithItsState() {
        assertThat(FailureText.of(new RuntimeException(new SQLException("connection refused", "08001"))))
                .isEqualTo("connection refused (SQLSTATE 08001)");
    }

    @Test
    void keepsAValueThatTheDatabaseQuotesToItself() {
        assertThat(FailureText.of(new SQLException("invalid input syntax for type integer: \"secret\"", "22P02")))
                .isEqualTo("a value was refused by the database (SQLSTATE 22P02)");
    }

    @Test
    void tellsTheRootOfAnyOtherFailure() {
        assertThat(FailureText.of(new RuntimeException("outer", new IllegalStateException("root"))))
                .isEqualTo("root");
        assertThat(FailureText.of(new OutOfMemoryError())).isEqualTo("OutOfMemoryError");
    }
}
