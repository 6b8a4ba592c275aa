package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.precheck.CheckResult;
import io.walferry.job.precheck.PrecheckReport;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Why a database cannot be reached is told apart, on both sides. */
class ConnectionsITCase {

    @TempDir
    Path directory;

    private PrecheckTask task;

    @BeforeEach
    void makeATask() throws SQLException {
        task = PrecheckTask.shared(directory);
    }

    @AfterEach
    void drop() throws SQLException {
        task.close();
    }

    @Test
    void allConnectionsWork() throws Exception {
        PrecheckReport report = task.testConnections();
        assertThat(report.results())
                .extracting(CheckResult::state)
                .containsExactly(CheckResult.State.PASSED, CheckResult.State.PASSED, CheckResult.State.PASSED);
        assertThat(task.traces()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Finding.Side.class)
    void aClosedPort(Finding.Side side) throws Exception {
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        task.with(side.label(), "port", String.valueOf(unused));
        assertThat(failure(side).what()).isEqualTo("nothing listens at port " + unused + " of 127.0.0.1");
    }

    @Test
    void anUnknownHost() throws Exception {
        task.with("source", "hostname", "no-such-host.invalid");
        assertThat(failure(Finding.Side.SOURCE).what()).isEqualTo("the host name no-such-host.invalid is unknown");
    }

    @ParameterizedTest
    @EnumSource(Finding.Side.class)
    void aWrongPassword(Finding.Side side) throws Exception {
        task.with(side.label(), "password", "hunter2");
        Finding failure = failure(side);
        assertThat(failure.what()).contains("refuses user", "with this password");
        assertThat(failure.toString()).doesNotContain("hunter2");
    }

    @Test
    void noPassword() throws Exception {
        task.with("target", "password", "");
        assertThat(failure(Finding.Side.TARGET).what()).contains("asks for a password");
    }

    @Test
    void aDatabaseThatIsNotThere() throws Exception {
        task.with("target", "database", "nowhere");
        assertThat(failure(Finding.Side.TARGET).what()).isEqualTo("there is no database nowhere");
    }

    @Test
    void somethingElseThanPostgresAtThePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            Thread server = new Thread(() -> {
                while (true) {
                    try {
                        socket.accept().close();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            server.start();
            task.with("target", "port", String.valueOf(socket.getLocalPort()));
            assertThat(failure(Finding.Side.TARGET).what()).contains("does not answer as PostgreSQL does");
        }
    }

    @Test
    void somethingThatTakesConnectionsAndNeverAnswers() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            task.with("target", "port", String.valueOf(socket.getLocalPort()));
            assertThat(failure(Finding.Side.TARGET).what())
                    .isEqualTo("what listens at port " + socket.getLocalPort()
                            + " takes connections and has not answered within 30 s");
        }
    }

    @Test
    void aServerWithoutTls() throws Exception {
        task.with("target", "ssl", "{mode: require}");
        assertThat(failure(Finding.Side.TARGET).what()).contains("does not speak TLS");
    }

    @Test
    void aRoleThatMayNotLogIn() throws Exception {
        String role = task.role(Finding.Side.TARGET, "");
        task.atTarget("ALTER ROLE \"" + role + "\" NOLOGIN");
        assertThat(failure(Finding.Side.TARGET).what()).contains("does not let user " + role + " in");
    }

    @Test
    void aRoleThatMayNotConnectUntilTheRemedyIsCarriedOut() throws Exception {
        task.role(Finding.Side.TARGET, "");
        task.atTarget("REVOKE CONNECT ON DATABASE \"" + task.pair().targetDatabase() + "\" FROM PUBLIC");
        task.mend(failure(Finding.Side.TARGET));
        assertThat(result(Finding.Side.TARGET).state()).isEqualTo(CheckResult.State.PASSED);
    }

    @Test
    void aRoleThatMayNotReplicateUntilTheRemedyIsCarriedOut() throws Exception {
        String role = task.role(Finding.Side.SOURCE, "");
        CheckResult result =
                task.testConnections().result(CheckItem.REPLICATION_CONNECTION).orElseThrow();
        assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
        assertThat(result.findings()).singleElement().satisfies(finding -> assertThat(finding.what())
                .isEqualTo("user " + role + " may not read the changelog"));
        task.mend(result);
        assertThat(task.testConnections()
                        .result(CheckItem.REPLICATION_CONNECTION)
                        .orElseThrow()
                        .state())
                .isEqualTo(CheckResult.State.PASSED);
    }

    @Test
    void whatNeedsAConnectionThatFailedIsNotCheckedAndAllElseIs() throws Exception {
        task.with("target", "password", "hunter2");
        PrecheckReport report = task.check();
        assertThat(report.result(CheckItem.TARGET_RIGHTS).orElseThrow()).satisfies(result -> {
            assertThat(result.state()).isEqualTo(CheckResult.State.NOT_CHECKED);
            assertThat(result.reason()).isEqualTo("there is no connection to the target");
        });
        assertThat(report.result(CheckItem.WAL_LEVEL).orElseThrow().state()).isEqualTo(CheckResult.State.PASSED);
        assertThat(report.result(CheckItem.REPLICA_IDENTITY).orElseThrow().state())
                .isEqualTo(CheckResult.State.PASSED);
    }

    private CheckResult result(Finding.Side side) throws Exception {
        return task.testConnections()
                .result(side == Finding.Side.SOURCE ? CheckItem.SOURCE_CONNECTION : CheckItem.TARGET_CONNECTION)
                .orElseThrow();
    }

    private Finding failure(Finding.Side side) throws Exception {
        CheckResult result = result(side);
        assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
        assertThat(result.findings()).hasSize(1);
        assertThat(result.findings().get(0).where()).startsWith(side.label() + " ");
        assertThat(result.findings().get(0).fix()).isNotEmpty();
        return result.findings().get(0);
    }
}
