package io.walferry.tests.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerifySettings.RepairMode;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Comparison;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TaskFile;
import io.walferry.tests.support.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two databases that nobody replicates: keys of every type, other versions, other collations, other encodings. */
class KeysITCase {

    private static final List<String> DEFINITIONS = List.of(
            "CREATE EXTENSION hstore",
            "CREATE EXTENSION citext",
            "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
            "CREATE TYPE pair AS (a int, b text)");

    /** Type and an expression with {@code i}. */
    private static final String[][] KEYS = {
        {"int2", "i::int2"},
        {"int8", "i * 1000000007::bigint"},
        {"numeric", "i / 7.0"},
        {"numeric(12,3)", "i / 7.0"},
        {"float8", "i / 7.0"},
        {"float4", "i / 4.0"},
        {"text", "chr(64 + i % 60) || E'\\t\\\\' || i"},
        {"text COLLATE \"C\"", "CASE i % 2 WHEN 0 THEN 'Z' ELSE 'a' END || i"},
        {"varchar(20)", "'v' || i"},
        {"char(8)", "'c' || i"},
        {"name", "'n' || i"},
        {"citext", "CASE i % 2 WHEN 0 THEN 'K' ELSE 'k' END || i"},
        {"hstore", "hstore('k', i::text)"},
        {"positive", "i"},
        {"pair", "ROW(i, 'p,' || i)::pair"},
        {"bytea", "decode(lpad(to_hex(i * 7), 6, '0'), 'hex')"},
        {"bool", "i % 2 = 0"},
        {"mood", "(enum_range(NULL::mood))[i]"},
        {"date", "'0044-03-15 BC'::date + i"},
        {"timestamp", "'2000-01-01'::timestamp - i * interval '1.000001 s'"},
        {"timestamptz", "'1999-12-31 23:00+02'::timestamptz + i * interval '1 month'"},
        {"time", "'00:00:00'::time + i * interval '1 second'"},
        {"timetz", "'00:00:00+00'::timetz + i * interval '1 second'"},
        {"interval", "i * interval '1 day 7 minutes'"},
        {"uuid", "md5(i::text)::uuid"},
        {"inet", "'10.0.0.0'::inet + i * 1000"},
        {"macaddr", "('00:00:00:00:' || lpad(to_hex(i / 256), 2, '0') || ':' || lpad(to_hex(i % 256), 2, '0'))::macaddr"
        },
        {"oid", "(4294967295 - i)::oid"},
        {"money", "(i * 1.01)::numeric::money"},
        {"bit(12)", "i::bit(12)"},
        {"varbit", "i::bit(12)::varbit"},
        {"int[]", "ARRAY[i, NULL, -i]"},
        {"text[]", "ARRAY['a,' || i, NULL]"},
        {"int4range", "int4range(i, i + 3)"},
        {"jsonb", "jsonb_build_object('k', i)"},
        {"pg_lsn", "('0/' || to_hex(i * 16))::pg_lsn"},
        {"tsvector", "('w' || i || ':1')::tsvector"},
    };

    @Test
    void ofEveryTypeTellRowsApart() throws Exception {
        compareKeys(DatabasePair.create(TestServers.source(), TestServers.target(), "verify_keys"));
    }

    @ParameterizedTest(name = "PostgreSQL {0} and {1}")
    @CsvSource("10, 14")
    void ofEveryTypeInOtherVersions(int sourceVersion, int targetVersion) throws Exception {
        try (PostgresServer source = TestServers.start(sourceVersion);
                PostgresServer target = TestServers.start(targetVersion)) {
            compareKeys(DatabasePair.create(source, target, "verify_keys"));
        }
    }

    private static void compareKeys(DatabasePair pair) throws Exception {
        boolean sameFloats =
                (pair.source().majorVersion() < 12) == (pair.target().majorVersion() < 12);
        List<String> missing = new ArrayList<>();
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget()) {
            String mood = "CREATE TYPE mood AS ENUM (";
            // Labels in another order: enums are not ordered alike.
            execute(source, mood + "'a', 'b', 'c', 'd', 'e', 'f')");
            execute(target, mood + "'f', 'e', 'd', 'c', 'b', 'a')");
            for (Connection side : List.of(source, target)) {
                execute(side, DEFINITIONS.toArray(String[]::new));
                for (int k = 0; k < KEYS.length; k++) {
                    String type = KEYS[k][0];
                    String value = type.equals("mood") ? "(ARRAY['a', 'b', 'c', 'd', 'e', 'f'])[i]::mood" : KEYS[k][1];
                    int rows = type.equals("mood") ? 6 : type.equals("bool") ? 2 : 600;
                    execute(
                            side,
                            "CREATE TABLE k" + k + " (a int, k " + type + ", v float8, PRIMARY KEY (k, a))",
                            "INSERT INTO k" + k + " SELECT i % 3, " + value
                                    + ", i / 7.0::float8 FROM generate_series(1, " + rows + ") i ORDER BY md5(i::text)",
                            "CREATE TABLE s" + k + " (k " + type + " PRIMARY KEY, v text)",
                            "INSERT INTO s" + k + " SELECT " + value + ", 'zwq7value' || i FROM generate_series(1, "
                                    + rows + ") i");
                }
                execute(side, "ANALYZE");
            }
            TaskFile file = new TaskFile("keys", pair, Path.of("/nonexistent"));
            Verification verification = Verification.of(file);
            VerificationReport clean = verification.run();
            assertThat(Verification.found(clean)).isEmpty();
            assertThat(clean.differingRows()).as(clean.toString()).isZero();

            List<String> expected = new ArrayList<>();
            for (int k = 0; k < KEYS.length; k++) {
                execute(target, "DELETE FROM k" + k + " WHERE ctid = (SELECT max(ctid) FROM k" + k + ")");
                execute(target, "UPDATE s" + k + " SET v = v || ' ' WHERE ctid = (SELECT max(ctid) FROM s" + k + ")");
                boolean asRows = !sameFloats && KEYS[k][0].startsWith("float");
                expected.add("k" + k + " 0 1 0");
                expected.add(asRows ? "s" + k + " 0 1 1" : "s" + k + " 1 0 0");
            }
            VerificationReport dirty = verification.run();
            assertThat(dirty.tables().stream()
                            .map(table -> table.name().replace("public.", "") + " " + table.different() + " "
                                    + table.missing() + " " + table.extra()))
                    .containsExactlyInAnyOrderElementsOf(expected);
            VerificationReport repaired = verification.run(RepairMode.WRITE);
            assertThat(repaired.differingRows()).as(repaired.toString()).isZero();
            Comparison comparison = Comparison.of(source, target);
            assertThat(comparison.differences()).isEmpty();
        }
        pair.drop();
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
