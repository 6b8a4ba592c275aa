package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.precheck.CheckResult;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TestServers;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with TLS is let in with its own certificate, and with no other. */
class TlsITCase {

    @TempDir
    static Path certificates;

    private static PostgresServer target;
    private static Certificate certificate;

    @TempDir
    Path directory;

    private PrecheckTask task;

    @BeforeAll
    static void start() throws Exception {
        target = TestServers.start(TestServers.TARGET_VERSION);
        certificate = Certificate.make(certificates, "db.example.com");
        certificate.installAt(target);
    }

    @AfterAll
    static void stop() {
        target.close();
    }

    @BeforeEach
    void makeATask() throws SQLException {
        task = PrecheckTask.on(TestServers.source(), target, directory);
    }

    @AfterEach
    void drop() throws SQLException {
        task.close();
    }

    @Test
    void theServersOwnCertificateIsTrusted() throws Exception {
        task.with("target", "ssl", "{mode: verify-ca, ca-certificate: " + certificate.file() + "}");
        assertThat(result().findings()).isEmpty();
    }

    @Test
    void anotherAuthorityIsNot() throws Exception {
        Certificate other = Certificate.make(directory, "other.example.com");
        task.with("target", "ssl", "{mode: verify-ca, ca-certificate: " + other.file() + "}");
        assertThat(failure().what()).contains("the TLS certificates do not fit");
        assertThat(failure().fix()).contains("target.ssl.ca-certificate");
    }

    @Test
    void aCertificateForAnotherHostIsNot() throws Exception {
        task.with("target", "ssl", "{mode: verify-full, ca-certificate: " + certificate.file() + "}");
        assertThat(failure().what()).isEqualTo("the server's TLS certificate is not for 127.0.0.1");
    }

    private CheckResult result() throws Exception {
        return task.testConnections().result(CheckItem.TARGET_CONNECTION).orElseThrow();
    }

    private Finding failure() throws Exception {
        CheckResult result = result();
        assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
        return result.findings().get(0);
    }
}
