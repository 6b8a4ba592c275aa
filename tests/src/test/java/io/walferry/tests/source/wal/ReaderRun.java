package io.walferry.tests.source.wal;

import io.walferry.job.config.Endpoint;
import io.walferry.job.config.Secret;
import io.walferry.job.config.SslConfig;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Column;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.SourceSettings;
import io.walferry.job.source.wal.Publication;
import io.walferry.job.source.wal.ReplicationSlot;
import io.walferry.job.source.wal.SlotCreationWatch;
import io.walferry.job.source.wal.WalReader;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/** A source database with tables, publication and slot, and a reader that runs on a thread of its own. */
final class ReaderRun implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(30);

    private final PostgresServer server;
    private final String database;
    final Connection source;
    final Database reach;
    final String slot;
    final Publication publication = new Publication("Walferry \"test\"");
    final List<TableSchema> tables = new ArrayList<>();
    final MemoryWriters writers;
    final MemoryTarget target;
    private final int channels;
    private WalReader reader;
    private Thread thread;
    private volatile Throwable failure;

    /** Runs {@code ddl} on a new database of the server and takes the named tables of schema {@code public}. */
    ReaderRun(PostgresServer server, int channels, String ddl, String... tableNames) throws SQLException {
        this.server = server;
        this.channels = channels;
        database = server.newDatabase("wal");
        slot = "test_" + database;
        source = server.connect(database);
        execute(ddl);
        reach = new Database(
                new Endpoint(
                        server.hostname(),
                        server.port(),
                        database,
                        server.username(),
                        new Secret(server.password()),
                        SslConfig.PREFER),
                "walferry test");
        for (String name : tableNames) {
            tables.add(schema(name));
        }
        publication.ensure(source, tables);
        ReplicationSlot made = new ReplicationSlot(slot);
        made.create(source, new SlotCreationWatch(reach, Duration.ofSeconds(5), blockers -> {}));
        target = new MemoryTarget(made.facts(source).systemIdentifier());
        writers = new MemoryWriters(channels);
        target.writers(writers::applied);
    }

    void execute(String... statements) throws SQLException {
        try (Statement statement = source.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String query(String sql) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Of the table of schema {@code public}. */
    long oid(String table) throws SQLException {
        return Long.parseLong(query("SELECT 'public." + table + "'::regclass::oid::int8"));
    }

    SourceSettings settings() {
        return settings(channels);
    }

    SourceSettings settings(int channelCount) {
        return new SourceSettings("test", reach, slot, publication.name(), tables, channelCount);
    }

    Thread thread() {
        return thread;
    }

    ReaderRun start() {
        failure = null;
        reader = new WalReader(settings(), target, writers);
        WalReader running = reader;
        thread = new Thread(
                () -> {
                    try {
                        running.run();
                    } catch (Throwable e) {
                        failure = e;
                    }
                },
                "reader");
        thread.start();
        return this;
    }

    WalReader reader() {
        return reader;
    }

    boolean ended() {
        return !thread.isAlive();
    }

    /** Closes the reader and waits for its end. */
    Duration stop() throws InterruptedException {
        long begin = System.nanoTime();
        reader.close();
        thread.join(LIMIT.toMillis());
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    Throwable awaitFailure() throws Exception {
        Await.until("the reader has ended", Duration.ofSeconds(90), this::ended);
        return failure;
    }

    /** Waits until as many changes have come. */
    List<String> awaitChanges(int count) throws Exception {
        await(count + " changes", () -> writers.changes().size() >= count);
        return writers.texts();
    }

    /** Waits until everything that is in the WAL now has been read. */
    void awaitCaughtUp() throws Exception {
        long lsn = io.walferry.job.model.Lsn.parse(query("SELECT pg_current_wal_lsn()"));
        await(
                "position " + io.walferry.job.model.Lsn.format(lsn),
                () -> Long.compareUnsigned(writers.position(), lsn) >= 0);
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        Await.until(what, LIMIT, () -> "Log: " + target.log() + ", changes: " + writers.texts(), () -> {
            if (ended()) {
                throw new AssertionError("the reader has ended", failure);
            }
            return condition.call();
        });
    }

    @Override
    public void close() {
        try {
            if (reader != null) {
                stop();
            }
            source.close();
            if (server.isRunning()) {
                dropSlots();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void dropSlots() throws Exception {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            Await.until("the slot is free", LIMIT, () -> {
                try (ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM pg_replication_slots WHERE active AND slot_name = '" + slot + "'")) {
                    return row.next() && row.getInt(1) == 0;
                }
            });
            statement.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                    + " WHERE database = '" + database + "'");
        }
    }

    private TableSchema schema(String name) throws SQLException {
        boolean generated = server.majorVersion() >= 12;
        List<Column> columns = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SELECT attname, 'pg_catalog.' || t.typname, attnotnull, "
                        + (generated ? "attgenerated <> ''" : "false")
                        + " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE attrelid = 'public." + name
                        + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")) {
            while (row.next()) {
                columns.add(new Column(
                        row.getString(1),
                        row.getString(2),
                        row.getString(2),
                        row.getBoolean(3),
                        Column.Identity.NONE,
                        row.getBoolean(4),
                        false,
                        true));
            }
        }
        String key = query("SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM pg_index i,"
                + " unnest(i.indkey) WITH ORDINALITY k (attnum, n), pg_attribute a WHERE i.indrelid = 'public." + name
                + "'::regclass AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum");
        return new TableSchema(
                new TableId("public", name),
                Long.parseLong(query("SELECT 'public." + name + "'::regclass::oid::int8")),
                "p".equals(query("SELECT relkind FROM pg_class WHERE oid = 'public." + name + "'::regclass")),
                columns,
                ReplicaIdentity.DEFAULT,
                key == null ? List.of() : Arrays.asList(key.split(",")),
                key == null ? null : name + "_pkey",
                false);
    }
}
