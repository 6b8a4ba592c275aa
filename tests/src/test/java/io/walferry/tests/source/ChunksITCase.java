package io.walferry.tests.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.catalog.CatalogReader;
import io.walferry.job.config.Endpoint;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.config.Secret;
import io.walferry.job.config.SslConfig;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.TargetSide.PlannedChunk;
import io.walferry.job.source.snapshot.ChunkPlanner;
import io.walferry.job.source.snapshot.ChunkReader;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chunks of a plan have every row of a table once, whatever its key. */
class ChunksITCase {

    private static final int ROWS = 5_000;
    private static final int CHUNK_ROWS = 600;

    private Database database;
    private Connection connection;
    private PostgresServer server;

    @BeforeEach
    void createDatabase() throws Exception {
        use(TestServers.source());
    }

    private void use(PostgresServer chosen) throws Exception {
        if (connection != null) {
            connection.close();
        }
        server = chosen;
        database = new Database(
                new Endpoint(
                        server.hostname(),
                        server.port(),
                        server.newDatabase("chunks"),
                        server.username(),
                        new Secret(server.password()),
                        SslConfig.PREFER),
                "walferry test");
        connection = database.open();
    }

    @AfterEach
    void closeConnection() throws SQLException {
        connection.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "int4;int4;i * 7",
                "int8 negative;int8;(i - 2500) * 1000000000000",
                "text;text;chr(33 + i % 90) || md5(i::text)",
                "text quotes;text;chr(33 + i % 90) || '''\"\\,' || chr(9) || i",
                "text C;text COLLATE \"C\";chr(65 + i % 60) || md5(i::text) || 'é'",
                "text ICU;text COLLATE \"en-x-icu\";chr(65 + i % 60) || md5(i::text) || 'é'",
                "text nondeterministic;text COLLATE ci;chr(65 + i % 26) || md5(i::text)",
                "varchar;varchar(40);md5(i::text)",
                "bpchar;char(12);to_hex(i * 31)",
                "name;name;md5(i::text)",
                "bytea;bytea;decode(md5(i::text), 'hex')",
                "citext;x.citext;chr(65 + i % 26 + 32 * (i % 2)) || i",
                "inet;inet;inet '10.0.0.0' + i * 77",
                "oid;oid;(4294967295 - i)::oid",
                "interval;interval;make_interval(mins => i * 13)",
                "bit;bit(16);i::bit(16)",
                "varbit;varbit;i::bit(20)::varbit",
                "domain;short;md5(i::text)",
                "domain over domain over citext;x.loud;chr(65 + i % 26 + 32 * (i % 2)) || i",
                "uuid;uuid;md5(i::text)::uuid",
                "numeric;numeric;CASE WHEN i = 1 THEN 'NaN' ELSE i / 7.0 END",
                "numeric negative;numeric(10,3);(i - 2500) / 8.0",
                "float8;float8;CASE i WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' ELSE sqrt(i) - 30 END",
                "timestamptz;timestamptz;CASE i WHEN 1 THEN 'infinity' ELSE timestamptz '2020-01-01' + i * interval '1 hour' END",
                "date BC;date;date '0002-01-01 BC' + i",
                "int4range;int4range;int4range(i, i + 5)",
                "array;text[];ARRAY[md5(i::text), NULL, '{\",}']",
                "composite type;pair;ROW(i % 10, md5(i::text))::pair",
            })
    void everyRowIsInExactlyOneChunk(String what, String type, String key) throws Exception {
        types();
        create("CREATE TABLE t (k " + type + " PRIMARY KEY, v text)");
        create("INSERT INTO t SELECT " + key + ", md5(i::text) FROM generate_series(1, " + ROWS + ") i");
        assertUnionOfChunksIsTheTable(5, 12);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "bool, int;a bool, b int4;i % 2 = 0, i",
                "enum, text;a mood, b text;(ARRAY['sad','ok','happy'])[1 + i % 3]::mood, md5(i::text)",
                "char, int;a \"char\", b int4;chr(65 + i % 3)::\"char\", i",
                "text, int;a text, b int4;md5((i % 50)::text), i",
                "citext, uuid;a x.citext, b uuid;chr(65 + i % 6 + 32 * (i / 6 % 2)) || i, md5(i::text)::uuid",
                "three;a int2, b date, c bytea;i % 4, date '2020-01-01' + i % 100, decode(md5(i::text), 'hex')",
            })
    void everyRowIsInExactlyOneChunkWithACompositeKey(String what, String columns, String key) throws Exception {
        types();
        create("CREATE TABLE t (v text, " + columns + ", PRIMARY KEY (a, b" + (columns.contains(" c ") ? ", c" : "")
                + "))");
        create("INSERT INTO t SELECT md5(i::text), " + key + " FROM generate_series(1, " + ROWS + ") i");
        assertUnionOfChunksIsTheTable(5, 12);
    }

    @Test
    void anAnalyzedTableIsCutByItsStatistics() throws Exception {
        create("CREATE TABLE t (k int PRIMARY KEY, v text); INSERT INTO t SELECT i, repeat('x', 500) FROM"
                + " generate_series(1, 20000) i");
        create("ANALYZE t");
        ChunkPlanner.Plan plan = new ChunkPlanner(connection, 5_000).plan(table());
        assertThat(plan.estimatedRows()).isEqualTo(20_000);
        assertThat(plan.chunks()).hasSize(4);
        assertThat(read(plan)).isEqualTo(20_000);
    }

    @Test
    void aLargeTableIsSampledNotRead() throws Exception {
        create("CREATE TABLE t (k int PRIMARY KEY, v text); INSERT INTO t SELECT i, repeat('x', 700) FROM"
                + " generate_series(1, 60000) i");
        ChunkPlanner.Plan plan = new ChunkPlanner(connection, 15_000).plan(table());
        assertThat(plan.estimatedRows()).isBetween(45_000L, 75_000L);
        assertThat(plan.chunks()).hasSizeBetween(3, 5);
        assertThat(read(plan)).isEqualTo(60_000);
    }

    @Test
    void aTableWithoutAKeyIsOneChunk() throws Exception {
        create("CREATE TABLE t (v text); INSERT INTO t SELECT i % 7 FROM generate_series(1, 5000) i");
        create("ALTER TABLE t REPLICA IDENTITY FULL");
        assertUnionOfChunksIsTheTable(1, 1);
    }

    @Test
    void aTypeThatOnlyItsOwnOperatorsOrderIsOneChunk() throws Exception {
        create("CREATE SCHEMA x; CREATE EXTENSION hstore SCHEMA x");
        create("CREATE TABLE t (k x.hstore PRIMARY KEY, v text)");
        create("INSERT INTO t SELECT x.hstore('a', i::text), 'v' FROM generate_series(1, 5000) i");
        assertUnionOfChunksIsTheTable(1, 1);
    }

    @Test
    void anEmptyTableIsOneChunkWithoutRows() throws Exception {
        create("CREATE TABLE t (k int PRIMARY KEY)");
        assertUnionOfChunksIsTheTable(1, 1);
    }

    @Test
    void aPartitionedTableIsReadThroughItsRoot() throws Exception {
        create("CREATE TABLE t (k int, d date, v text, PRIMARY KEY (k, d)) PARTITION BY RANGE (d)");
        for (int month = 1; month <= 3; month++) {
            create("CREATE TABLE t%d PARTITION OF t FOR VALUES FROM ('2024-0%d-01') TO ('2024-0%d-01')%s"
                    .formatted(month, month, month + 1, month == 2 ? " PARTITION BY HASH (k)" : ""));
        }
        create("CREATE TABLE t2a PARTITION OF t2 FOR VALUES WITH (MODULUS 2, REMAINDER 0)");
        create("CREATE TABLE t2b PARTITION OF t2 FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
        create("INSERT INTO t SELECT i, date '2024-01-01' + i % 90, md5(i::text) FROM generate_series(1, 5000) i");
        assertUnionOfChunksIsTheTable(5, 12);
    }

    @Test
    void rowsOfAChildAreNotItsParents() throws Exception {
        create("CREATE TABLE t (k int PRIMARY KEY, v text); CREATE TABLE child () INHERITS (t)");
        create("INSERT INTO t SELECT i, 'p' FROM generate_series(1, 2000) i; INSERT INTO child SELECT i, 'c' FROM"
                + " generate_series(1, 2000) i");
        ChunkPlanner.Plan plan = new ChunkPlanner(connection, CHUNK_ROWS).plan(table());
        assertThat(read(plan)).isEqualTo(2_000);
    }

    @Test
    void generatedColumnsStayBehindAndWideRowsComeWhole() throws Exception {
        create("CREATE TABLE t (k int PRIMARY KEY, g int GENERATED ALWAYS AS (k * 2) STORED, v bytea)");
        create(
                "INSERT INTO t (k, v) SELECT i, decode(repeat(md5(i::text), 20000), 'hex') FROM generate_series(1, 20) i");
        ChunkPlanner.Plan plan = new ChunkPlanner(connection, 5).plan(table());
        create("CREATE TABLE copy (k int, v bytea)");
        assertThat(read(plan)).isEqualTo(20);
        assertThat(number("SELECT count(*) FROM copy JOIN t USING (k, v)")).isEqualTo(20);
    }

    @Test
    void goesInTextWhereBinaryWouldCarryOidsOfThisServer() throws Exception {
        types();
        create("CREATE TABLE t (k int PRIMARY KEY, m mood[])");
        create("INSERT INTO t SELECT i, '{ok}' FROM generate_series(1, 10) i");
        assertThat(readChunk(new ChunkPlanner(connection, 5)
                                .plan(table())
                                .chunks()
                                .get(0))
                        .start()
                        .format())
                .isEqualTo(CopyFormat.TEXT);
    }

    @Test
    void anOldServerGivesItsSnapshotToo() throws Exception {
        use(TestServers.version(11));
        create(
                "CREATE TABLE t (k int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'v' FROM generate_series(1, 5000) i");
        assertUnionOfChunksIsTheTable(5, 12);
    }

    @Test
    void rowSecurityThatWouldHideRowsIsAnError() throws Exception {
        create("CREATE TABLE t (k int PRIMARY KEY); INSERT INTO t SELECT i FROM generate_series(1, 5000) i");
        TableSchema table = table();
        ChunkPlanner.Plan plan = new ChunkPlanner(connection, CHUNK_ROWS).plan(table);
        String role = "reader_" + System.nanoTime();
        create("ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE ROLE " + role
                + " LOGIN PASSWORD 'p'; GRANT SELECT ON t TO " + role);
        Endpoint own = database.endpoint();
        Database restricted = new Database(
                new Endpoint(own.hostname(), own.port(), own.database(), role, new Secret("p"), SslConfig.PREFER),
                "test");
        try {
            assertThatThrownBy(() -> {
                        try (ChunkReader reader = new ChunkReader(restricted, 0, new ChunkRows())) {
                            reader.read(table, -1, plan.chunks().get(0));
                        }
                    })
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("source table public.t, chunk 0: reading failed with SQLSTATE 42501")
                    .hasMessageContaining("row-level security");
        } finally {
            create("DROP OWNED BY " + role + "; DROP ROLE " + role);
        }
    }

    @Test
    void aBoundThatDoesNotFitItsTypeIsNotPrinted() throws Exception {
        create("CREATE TABLE t (k int PRIMARY KEY)");
        PlannedChunk wrong = new PlannedChunk(
                new ChunkPlanner(connection, 10).plan(table()).chunks().get(0).chunk(),
                List.of("hush-hush"),
                List.of());
        assertThatThrownBy(() -> readChunk(wrong))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.NEEDS_OPERATOR))
                .hasNoCause()
                .hasMessageContaining("22P02")
                .hasMessageNotContaining("hush");
    }

    private void types() throws SQLException {
        create("CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x");
        create(
                "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); CREATE DOMAIN short AS text CHECK (length(VALUE) < 40)");
        create(
                "CREATE TYPE pair AS (a int, b text); CREATE DOMAIN x.quiet AS x.citext; CREATE DOMAIN x.loud AS x.quiet");
        create("CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    }

    private void assertUnionOfChunksIsTheTable(int atLeast, int atMost) throws Exception {
        ChunkPlanner.Plan plan = new ChunkPlanner(connection, CHUNK_ROWS).plan(table());
        assertThat(plan.chunks()).hasSizeBetween(atLeast, atMost);
        create("CREATE TABLE copy AS SELECT * FROM t LIMIT 0");
        long rows = read(plan);
        assertThat(rows).isEqualTo(number("SELECT count(*) FROM t"));
        assertThat(number("SELECT count(*) FROM (SELECT t::text FROM t EXCEPT ALL SELECT copy::text FROM copy) d"))
                .isZero();
    }

    /** @return rows of all chunks, which are then in table {@code copy} if there is one */
    private long read(ChunkPlanner.Plan plan) throws Exception {
        boolean copy = number("SELECT count(*) FROM pg_class WHERE relname = 'copy'") > 0;
        long rows = 0;
        List<Long> sizes = new ArrayList<>();
        for (PlannedChunk chunk : plan.chunks()) {
            ChunkRows read = readChunk(chunk);
            assertThat(read.start().chunk()).isEqualTo(chunk.chunk());
            assertThat(read.start().lsn()).isPositive();
            assertThat(read.start().snapshot()).matches("\\d+:\\d+:[\\d,]*");
            if (copy) {
                assertThat(read.copyInto("public.copy", connection))
                        .isEqualTo(read.end().rows());
            }
            sizes.add(read.end().rows());
            rows += read.end().rows();
        }
        if (plan.chunks().size() > 1) {
            assertThat(sizes).as("no chunk is far larger than the others").allMatch(size -> size < rows(sizes) / 2);
        }
        return rows;
    }

    private static long rows(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).sum();
    }

    private ChunkRows readChunk(PlannedChunk chunk) throws Exception {
        ChunkRows rows = new ChunkRows();
        try (ChunkReader reader = new ChunkReader(database, 1, rows)) {
            assertThat(reader.read(table(), -1, chunk)).isEqualTo(rows.start());
        }
        return rows;
    }

    private TableSchema table() throws SQLException {
        return CatalogReader.read(connection, new ObjectsConfig(List.of(), List.of("public.t"), List.of()))
                .tables()
                .get(0);
    }

    private void create(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET search_path = public, x; SET client_min_messages = error; " + sql + "; RESET search_path");
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = public");
            try (ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
            } finally {
                statement.execute("RESET search_path");
            }
        }
    }
}
