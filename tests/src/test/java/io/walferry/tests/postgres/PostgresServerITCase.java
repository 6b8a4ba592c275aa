package io.walferry.tests.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresServerITCase {

    @ParameterizedTest
    @ValueSource(ints = {17, 14, 11})
    void keepsItsDataAcrossACrashAndLeavesNothingBehind(int majorVersion) throws Exception {
        Path log;
        try (PostgresServer server =
                PostgresServer.version(majorVersion).withoutFsync().start()) {
            log = server.logFile();
            String database = server.newDatabase("crash");
            try (Connection connection = server.connect(database);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE EXTENSION hstore; CREATE EXTENSION citext");
                statement.execute("CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1)");
            }
            server.stopImmediate();
            assertThat(server.isRunning()).isFalse();
            server.start();
            try (Connection connection = server.connect(database);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "SELECT a, current_setting('server_version_num')::int / 10000 FROM t")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(1);
                assertThat(rows.getInt(2)).isEqualTo(majorVersion);
            }
            assertThat(log).exists();
        }
        assertThat(Files.exists(log.getParent())).isFalse();
    }
}
