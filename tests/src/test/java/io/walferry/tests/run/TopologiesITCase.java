package io.walferry.tests.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Comparison;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.InStep;
import io.walferry.tests.support.JobProcess;
import io.walferry.tests.support.TaskFile;
import io.walferry.tests.support.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several tasks that have a database in common: each has its own slot and records, and none disturbs another. */
class TopologiesITCase {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    Path directory;

    private final PostgresServer left = TestServers.source();
    private final PostgresServer right = TestServers.target();
    private final List<Hop> hops = new ArrayList<>();

    /** A task and the way that it has. */
    private final class Hop {
        private final String task;
        private final DatabasePair pair;
        private final String schema;
        private JobProcess job;

        Hop(String task, DatabasePair pair, String schema) {
            this.task = task;
            this.pair = pair;
            this.schema = schema;
            hops.add(this);
        }

        Hop start() throws Exception {
            Path file = new TaskFile(task, pair, directory.resolve(task))
                    .schemas(schema)
                    .write(directory.resolve(task + ".yaml"));
            job = JobProcess.start(file, directory.resolve(task + ".log"), List.of("-Xmx512m"));
            return this;
        }

        void awaitChanges() throws Exception {
            try (Connection source = pair.openSource();
                    Connection target = pair.openTarget()) {
                new InStep(source, target, task).awaitChanges(LIMIT, this::alive);
            }
        }

        void awaitInStep() throws Exception {
            try (Connection source = pair.openSource();
                    Connection target = pair.openTarget()) {
                new InStep(source, target, task).await(LIMIT, this::alive);
            }
        }

        private boolean alive() {
            job.requireAlive();
            return true;
        }
    }

    @AfterEach
    void dropAll() throws Exception {
        for (Hop hop : hops) {
            if (hop.job != null) {
                hop.job.close();
            }
        }
        // Databases that two tasks have in common are dropped once.
        Map<String, PostgresServer> databases = new LinkedHashMap<>();
        for (Hop hop : hops) {
            databases.put(hop.pair.sourceDatabase(), hop.pair.source());
            databases.put(hop.pair.targetDatabase(), hop.pair.target());
        }
        for (Map.Entry<String, PostgresServer> database : databases.entrySet()) {
            DatabasePair.drop(database.getValue(), database.getKey());
        }
    }

    @Test
    void oneSourceFeedsSeveralTargets() throws Exception {
        String source = left.newDatabase("fan_source");
        Hop first = new Hop("fan_one", new DatabasePair(left, source, right, right.newDatabase("fan_b")), "public");
        Hop second = new Hop("fan_two", new DatabasePair(left, source, right, right.newDatabase("fan_c")), "public");
        run(left, source, tables("public"));
        first.start();
        second.start();
        first.awaitChanges();
        second.awaitChanges();
        for (int i = 0; i < 20; i++) {
            run(left, source, changes("public", i));
            if (i == 10) {
                second.job.kill();
                run(left, source, List.of("ALTER TABLE public.item ADD COLUMN more int DEFAULT 7"));
                second.start();
            }
        }
        for (Hop hop : hops) {
            hop.awaitInStep();
            assertEqual(hop.pair);
        }
    }

    @Test
    void severalSourcesFeedOneTargetWhichIsASourceItself() throws Exception {
        String one = left.newDatabase("net_one");
        String two = left.newDatabase("net_two");
        String middle = right.newDatabase("net_middle");
        Hop first = new Hop("net_one", new DatabasePair(left, one, right, middle), "public");
        Hop second = new Hop("net_two", new DatabasePair(left, two, right, middle), "other");
        Hop onward = new Hop("net_onward", new DatabasePair(right, middle, left, left.newDatabase("net_end")), "*");
        run(left, one, tables("public"));
        run(left, two, List.of("CREATE SCHEMA other"));
        run(left, two, tables("other"));
        first.start();
        second.start();
        first.awaitChanges();
        second.awaitChanges();
        onward.start().awaitChanges();
        for (int i = 0; i < 20; i++) {
            run(left, one, changes("public", i));
            run(left, two, changes("other", i));
            if (i == 6) {
                first.job.kill();
                first.start();
            } else if (i == 10) {
                run(left, two, List.of("ALTER TABLE other.item ADD COLUMN more int DEFAULT 7"));
                run(left, one, List.of("CREATE TABLE public.later AS SELECT i FROM generate_series(1, 100) i"));
            } else if (i == 13) {
                onward.job.kill();
                onward.start();
            }
        }
        first.awaitInStep();
        second.awaitInStep();
        onward.awaitInStep();
        assertEqual(onward.pair);
        try (Connection end = onward.pair.openTarget();
                Statement statement = end.createStatement()) {
            // What the end has came all the way: each source against it, by the schema that it has there alone.
            for (Hop hop : List.of(first, second)) {
                try (Connection source = hop.pair.openSource();
                        Statement there = source.createStatement()) {
                    for (String table : List.of(".item", ".event")) {
                        String rows = "SELECT count(*) || md5(string_agg(t::text, ',' ORDER BY t::text)) FROM "
                                + hop.schema + table + " t";
                        assertThat(text(statement, rows)).as(hop.schema + table).isEqualTo(text(there, rows));
                    }
                }
            }
            assertThat(text(statement, "SELECT count(*) FROM public.later")).isEqualTo("100");
        }
    }

    private static String text(Statement statement, String query) throws Exception {
        try (var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static List<String> tables(String schema) {
        return List.of(
                "CREATE TABLE " + schema + ".item (id int PRIMARY KEY, name text)",
                "INSERT INTO " + schema + ".item SELECT i, 'item ' || i FROM generate_series(1, 2000) i",
                "CREATE TABLE " + schema + ".event (what text)",
                "ALTER TABLE " + schema + ".event REPLICA IDENTITY FULL",
                "INSERT INTO " + schema + ".event SELECT 'same' FROM generate_series(1, 30) i");
    }

    private static List<String> changes(String schema, int i) {
        return List.of(
                "UPDATE " + schema + ".item SET name = name || '+' WHERE id % 20 = " + i % 20,
                "DELETE FROM " + schema + ".item WHERE id = " + (i * 37 + 1),
                "INSERT INTO " + schema + ".item (id, name) VALUES (" + (10_000 + i) + ", 'new')",
                "INSERT INTO " + schema + ".event VALUES ('same'), ('other')",
                "DELETE FROM " + schema + ".event WHERE ctid = (SELECT ctid FROM " + schema + ".event LIMIT 1)");
    }

    private static void run(PostgresServer server, String database, List<String> statements) throws Exception {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void assertEqual(DatabasePair pair) throws Exception {
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget()) {
            assertThat(Comparison.of(source, target).differences()).isEmpty();
        }
    }
}
