package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.config.MappingConfig;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.SyncException;
import io.walferry.job.schema.ddl.DdlCapture;
import io.walferry.job.sql.DdlCaptureSql;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Whatever command changes the source's structure, the target has the same structure after it, without the command's text. */
class DdlCaptureITCase {

    private static final ObjectsConfig SHOP = new ObjectsConfig(List.of("shop*"), List.of(), List.of());

    /**
     * Runs all cases in a row over one pair of databases.
     *
     * @param eachByItself holds the sides against each other after each case, not only in the end
     */
    private static void followAll(PostgresServer source, PostgresServer target, boolean eachByItself) throws Exception {
        List<String> failures = new ArrayList<>();
        try (DdlFollower follower = new DdlFollower(source, target, SHOP, MappingConfig.NONE)) {
            follower.pair.atSource(DdlScript.text("ddl-start.sql"));
            follower.begin();
            follower.pair.plan(SHOP);
            follower.pair.before();
            follower.copyAll();
            follower.pair.afterLoad();
            follower.pair.atConsistency();
            assertThat(follower.pair.targetFacts()).containsExactlyElementsOf(follower.pair.sourceFacts());
            for (DdlScript.Case one : DdlScript.read("ddl-cases.sql")) {
                if (one.since() <= source.majorVersion()) {
                    follower.told.clear();
                    runAtSource(follower, one.lines());
                    follower.follow(eachByItself);
                    if (one.name().contains("rows by the stream")) {
                        follower.copyAll();
                    }
                    (eachByItself ? differences(follower) : java.util.Optional.<String>empty())
                            .ifPresent(difference -> failures.add(
                                    one + ": " + difference + "\n  " + String.join("\n  ", follower.told)));
                }
                if (!failures.isEmpty()) {
                    break; // what follows would differ too
                }
            }
            differences(follower).ifPresent(failures::add);
        }
        assertThat(failures).isEmpty();
    }

    private static void runAtSource(DdlFollower follower, List<String> lines) throws SQLException {
        try (Connection connection = follower.pair.pair.openSource();
                Statement statement = connection.createStatement()) {
            for (String line : lines) {
                statement.execute(line);
            }
        }
    }

    private static java.util.Optional<String> differences(DdlFollower follower) throws Exception {
        List<String> source = follower.pair.sourceFacts();
        List<String> target = follower.pair.targetFacts();
        if (!source.equals(target)) {
            List<String> missing = new ArrayList<>(source);
            target.forEach(missing::remove);
            List<String> more = new ArrayList<>(target);
            source.forEach(more::remove);
            return java.util.Optional.of("missing " + missing + ", instead " + more);
        }
        if (!follower.fresh().equals(follower.structure().tables())) {
            return java.util.Optional.of(
                    "followed " + follower.structure().tables() + ", there is " + follower.fresh());
        }
        List<String> tables = follower.structure().tables().stream()
                .map(table -> DdlFollower.quoted(table.id()))
                .toList();
        try (Connection left = follower.pair.pair.openSource();
                Connection right = follower.pair.pair.openTarget()) {
            Map<String, String> rows = follower.rows(left, tables);
            Map<String, String> there = follower.rows(right, tables);
            return rows.equals(there)
                    ? java.util.Optional.empty()
                    : java.util.Optional.of("rows " + rows + ", instead " + there);
        }
    }

    @Test
    void followsEveryKindFromVersion17() throws Exception {
        followAll(TestServers.source(), TestServers.target(), true);
    }

    @Test
    void followsEveryKindFromVersion14ToANewerTarget() throws Exception {
        followAll(TestServers.target(), TestServers.source(), false);
    }

    @Test
    void followsEveryKindFromVersion11() throws Exception {
        try (PostgresServer source = TestServers.start(11)) {
            followAll(source, TestServers.target(), false);
        }
    }

    @Nested
    class WhateverGoesWrong {

        @Test
        void neverFailsAUsersCommand() throws Exception {
            try (DdlFollower follower =
                    new DdlFollower(TestServers.source(), TestServers.target(), SHOP, MappingConfig.NONE)) {
                follower.pair.atSource("CREATE SCHEMA shop");
                follower.begin();
                follower.pair.atSource("DROP FUNCTION walferry.ddl_image(text, oid); CREATE TABLE shop.a (x int)");
                try (Connection source = follower.pair.pair.openSource();
                        Statement statement = source.createStatement();
                        ResultSet row = statement.executeQuery(
                                "SELECT event FROM walferry.ddl_log WHERE tag = 'CREATE TABLE' ORDER BY id DESC LIMIT 1")) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1)).isEqualTo("unknown");
                }
                follower.pair.atSource(
                        "ALTER TABLE walferry.ddl_log ADD CHECK (false) NOT VALID; ALTER TABLE shop.a ADD y int");
                follower.pair.atSource("DROP TABLE walferry.ddl_log; ALTER TABLE shop.a ADD z int");
                follower.pair.atSource("DROP SCHEMA walferry CASCADE; DROP TABLE shop.a");
            }
        }

        @Test
        void tellsWhatToRunWhereTheUserMayNotInstall() throws Exception {
            try (StructurePair pair = new StructurePair(TestServers.source(), TestServers.target())) {
                String role = "walferry_no_super_" + System.nanoTime();
                pair.atSource("CREATE ROLE " + role + "; GRANT CREATE ON DATABASE \"" + pair.pair.sourceDatabase()
                        + "\" TO " + role);
                try (Connection source = pair.source.open();
                        Statement statement = source.createStatement()) {
                    statement.execute("SET ROLE " + role);
                    assertThatThrownBy(() -> DdlCapture.install(source))
                            .isInstanceOf(SyncException.class)
                            .hasMessageContaining("superuser");
                    assertThat(DdlCapture.installed(source)).isFalse();
                    try (ResultSet row =
                            statement.executeQuery("SELECT pg_catalog.to_regnamespace('walferry') IS NULL")) {
                        row.next();
                        assertThat(row.getBoolean(1)).isTrue();
                    }
                    statement.execute("RESET ROLE");
                    for (String sql : DdlCapture.script(170000)) {
                        statement.execute(sql);
                    }
                    assertThat(DdlCapture.installed(source)).isTrue();
                    for (String sql : DdlCaptureSql.remove()) {
                        statement.execute(sql);
                    }
                    assertThat(DdlCapture.installed(source)).isFalse();
                    statement.execute("REVOKE ALL ON DATABASE \"" + pair.pair.sourceDatabase() + "\" FROM " + role
                            + "; DROP ROLE " + role);
                }
            }
        }

        @Test
        void costsAPlainCommandLittle() throws Exception {
            try (DdlFollower follower =
                    new DdlFollower(TestServers.source(), TestServers.target(), SHOP, MappingConfig.NONE)) {
                follower.pair.atSource("CREATE SCHEMA shop");
                double without = medianMs(follower);
                follower.begin();
                double with = medianMs(follower);
                System.out.printf("capture: %.1f ms per command, %.1f ms without%n", with, without);
                // 20 ms are promised on a machine that is not busy with other tests.
                assertThat(with - without).isLessThan(100);
            }
        }

        private double medianMs(DdlFollower follower) throws SQLException {
            List<Double> took = new ArrayList<>();
            try (Connection connection = follower.pair.pair.openSource();
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < 15; i++) {
                    for (String sql : List.of(
                            "CREATE TABLE shop.cost (id int PRIMARY KEY, x text)",
                            "ALTER TABLE shop.cost ADD COLUMN y int",
                            "CREATE INDEX ON shop.cost (y)",
                            "DROP TABLE shop.cost")) {
                        long start = System.nanoTime();
                        statement.execute(sql);
                        took.add((System.nanoTime() - start) / 1e6);
                    }
                }
            }
            took.sort(null);
            return took.get(took.size() / 2);
        }
    }
}
