package io.walferry.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import java.io.IOException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;

class JobFailureTest {

    @Test
    void stopsTheJobWhereOnlyAPersonCanHelp() {
        SyncException slotGone = new SyncException(FailureKind.NEEDS_OPERATOR, "slot s", "it is gone", "Start anew.");
        assertThat(JobFailure.of(new IOException(slotGone)))
                .isInstanceOf(SuppressRestartsException.class)
                .hasRootCauseMessage("slot s: it is gone. Start anew.");
    }

    @Test
    void leavesWhatPassesByItselfToTheRestartStrategy() {
        SyncException cut = new SyncException(FailureKind.TRANSIENT, "source", "connection lost", "Wait.");
        assertThat(JobFailure.of(cut)).isSameAs(cut);
    }

    @Test
    void makesAnExceptionOfAnErrorWhichTheFrameworkWouldDrop() {
        Error error = new StackOverflowError();
        assertThat(JobFailure.of(error))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(error);
    }
}
