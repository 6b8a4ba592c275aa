package io.walferry.tests.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.verify.VerificationReport;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TaskFile;
import io.walferry.tests.support.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two databases that nobody replicates: values that are equal to an operator or to a hash of the server, and not the same. */
class ValuesITCase {

    /** Type, value at the source, value at the target. */
    private static final String[][] UNLIKE = {
        {"int8", "-1", "4294967295"},
        {"int8", "1", "4294967296"},
        {"int8", "-4294967297", "0"},
        {"int4", "0", "NULL"},
        {"int4[]", "'{-1}'", "'[2:2]={-1}'"},
        {"int8[]", "'{-1}'", "'{4294967295}'"},
        {"numeric", "5.25", "-5.25"},
        {"numeric", "1.0", "1.00"},
        {"numeric", "10000", "100000000"},
        {"numeric(12,2)", "-0.01", "0.01"},
        {"numeric[]", "'{1.0}'", "'{1.00}'"},
        {"float8", "0", "'-0'"},
        {"float8", "0.1", "0.1::float4"},
        {"float4", "0", "'-0'"},
        {"float4", "'NaN'", "NULL"},
        {"timestamp", "'2000-01-01 00:00:00.000001'", "'2000-01-01 01:11:34.967296'"},
        {"timestamptz", "'2000-01-01 00:00:00.000001+00'", "'2000-01-01 01:11:34.967296+00'"},
        {"timestamp", "'infinity'", "'-infinity'"},
        {"time", "'00:00:00.000001'", "'01:11:34.967296'"},
        {"timetz", "'12:00:00+00'", "'13:00:00+01'"},
        {"interval", "'1 day'", "'24 hours'"},
        {"interval", "'1 month'", "'30 days'"},
        {"date", "'0001-01-01'", "'0001-01-01 BC'"},
        {"text", "'a'", "'a '"},
        {"text", "''", "NULL"},
        {"text", "E'e\\u0301'", "E'\\u00e9'"},
        {"varchar(9)", "'a'", "'a '"},
        {"bpchar", "'a'", "'a '"},
        {"char(5)", "'a'", "'b'"},
        {"\"char\"", "'a'", "'b'"},
        {"name", "'a'", "'A'"},
        {"citext", "'a'", "'A'"},
        {"text COLLATE loose", "'a'", "'A'"},
        {"bool", "true", "false"},
        {"bytea", "'\\x00'", "'\\x0000'"},
        {"uuid", "'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0100-000000000000'"},
        {"jsonb", "'{\"a\": 1.0}'", "'{\"a\": 1.00}'"},
        {"json", "'{\"a\": 1}'", "'{\"a\":1}'"},
        {"inet", "'10.0.0.1/24'", "'10.0.0.1/25'"},
        {"int8range", "'[-1,0)'", "'[4294967295,4294967296)'"},
        {"hstore", "'a=>1'", "'a=>NULL'"},
        {"amount", "1.0", "1.00"},
        {"pair", "'(1.0,a)'", "'(1.00,a)'"},
        {"mood", "'a'", "'b'"},
        {"oid", "1", "4294967295"},
        {"pg_lsn", "'1/0'", "'0/1'"},
        {"bit(3)", "'101'", "'100'"},
        {"point", "'(0,0)'", "'(-0,0)'"},
        {"money", "1", "2"},
        {"xml", "'<a/>'", "'<a></a>'"},
    };

    /** Type and value, the same on both sides. */
    private static final String[][] ALIKE = {
        {"float8", "'-NaN'::float8", "'NaN'::float8"},
        {"float4", "'-NaN'::float4", "'NaN'::float4"},
        {"jsonb", "'{\"a\": 1, \"b\": 2}'", "'{\"b\": 2, \"a\": 1}'"},
        {"char(5)", "'a'", "'a  '"},
        {"mood", "'c'", "'c'"},
        {"mood[]", "'{c,a}'", "'{c,a}'"},
    };

    @Test
    void thatDifferInTextAlone() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "verify_values");
        try (Connection atSource = pair.openSource();
                Connection atTarget = pair.openTarget()) {
            fill(atSource, 1, "'a', 'b', 'c'");
            // Other OIDs, in another order.
            fill(atTarget, 2, "'c', 'b', 'a'");
        }
        VerificationReport report = Verification.of(new TaskFile("values", pair, Path.of("/nonexistent")))
                .run();
        List<String> expected = new ArrayList<>();
        IntStream.range(0, UNLIKE.length).forEach(i -> expected.add("different public.unlike" + i + " {1} v"));
        expected.add("different public.exchanged {1} b");
        expected.add("different public.exchanged {2} b");
        expected.add("extra public.exchanged_rows x1");
        expected.add("extra public.exchanged_rows x1");
        expected.add("missing public.exchanged_rows x1");
        expected.add("missing public.exchanged_rows x1");
        assertThat(Verification.found(report)).containsExactlyInAnyOrderElementsOf(expected);
        pair.drop();
    }

    /** @param side 1 for the first of the two values */
    private static void fill(Connection connection, int side, String labels) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String definition : List.of(
                    "CREATE EXTENSION citext",
                    "CREATE EXTENSION hstore",
                    "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                    "CREATE DOMAIN amount AS numeric",
                    "CREATE TYPE pair AS (a numeric, b text)",
                    "CREATE TYPE mood AS ENUM (" + labels + ")")) {
                statement.execute(definition);
            }
            for (int i = 0; i < UNLIKE.length; i++) {
                one(statement, "unlike" + i, UNLIKE[i][0], UNLIKE[i][side]);
            }
            for (int i = 0; i < ALIKE.length; i++) {
                one(statement, "alike" + i, ALIKE[i][0], ALIKE[i][side]);
            }
            // The values of one column have changed places: what adds up hashes of columns is the same.
            String rows = side == 1 ? "(1, 7), (2, 8)" : "(1, 8), (2, 7)";
            statement.execute("CREATE TABLE exchanged (a int PRIMARY KEY, b int)");
            statement.execute("INSERT INTO exchanged VALUES " + rows);
            statement.execute("CREATE TABLE exchanged_rows (a int, b int)");
            statement.execute("ALTER TABLE exchanged_rows REPLICA IDENTITY FULL");
            statement.execute("INSERT INTO exchanged_rows VALUES " + rows);
        }
    }

    private static void one(Statement statement, String table, String type, String value) throws SQLException {
        statement.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, v " + type + ")");
        statement.execute("INSERT INTO " + table + " VALUES (1, " + value + ")");
    }
}
