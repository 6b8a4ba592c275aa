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
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several tasks that have a database in common: each has its own slot and records, and none disturbs another. */
class TopologiesITCase {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String ROLE = "both_ways";

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
        private Consumer<TaskFile> more = file -> {};
        private JobProcess job;

        Hop(String task, DatabasePair pair, String schema) {
            this.task = task;
            this.pair = pair;
            this.schema = schema;
            hops.add(this);
        }

        /** What else its task file says. */
        Hop with(Consumer<TaskFile> settings) {
            more = settings;
            return this;
        }

        Hop start() throws Exception {
            TaskFile settings = new TaskFile(task, pair, directory.resolve(task)).schemas(schema);
            more.accept(settings);
            Path file = settings.write(directory.resolve(task + ".yaml"));
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

        /** Changes that have come to the target, as the task's records count them. */
        long applied() throws Exception {
            try (Connection target = pair.openTarget();
                    Statement statement = target.createStatement()) {
                return Long.parseLong(
                        text(statement, "SELECT sum(changes) FROM walferry.progress WHERE task = '" + task + "'"));
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

    /** The marks are replication origins, as the tasks are superusers. */
    @Test
    void twoTasksGoBothWaysWithoutAnEcho() throws Exception {
        Hop there = bothWays(PostgresServer.USERNAME);
        try (Connection target = there.pair.openTarget();
                Statement statement = target.createStatement()) {
            assertThat(text(
                            statement,
                            "SELECT count(*) FROM pg_replication_origin WHERE roname LIKE 'walferry_both_there:%'"))
                    .isNotEqualTo("0");
        }
        // A new form of a table, made on both sides: the tasks stop where it begins, and go on from there.
        run(left, there.pair.sourceDatabase(), List.of("ALTER TABLE public.item ADD COLUMN more int"));
        run(right, there.pair.targetDatabase(), List.of("ALTER TABLE public.item ADD COLUMN more int"));
        run(left, there.pair.sourceDatabase(), List.of("INSERT INTO public.item VALUES (70000, 'new', 1)"));
        assertThat(there.job.awaitExit(LIMIT)).isEqualTo(1);
        assertThat(there.job.output()).contains("Give the target's table the same columns and start the task again");
        there.start();
        there.awaitInStep();
        assertEqual(there.pair);
    }

    /** The marks are messages in the changelog, as the tasks may not set up origins. */
    @Test
    void twoTasksOfAnOrdinaryRoleGoBothWaysWithoutAnEcho() throws Exception {
        for (PostgresServer server : List.of(left, right)) {
            run(
                    server,
                    "postgres",
                    List.of("CREATE ROLE " + ROLE + " LOGIN REPLICATION PASSWORD '" + server.password() + "'"));
        }
        try {
            Hop there = bothWays(ROLE);
            try (Connection target = there.pair.openTarget();
                    Statement statement = target.createStatement()) {
                assertThat(text(
                                statement,
                                "SELECT count(*) FROM pg_replication_origin WHERE roname LIKE 'walferry_both_there:%'"))
                        .isEqualTo("0");
            }
        } finally {
            dropAll();
            hops.clear();
            run(left, "postgres", List.of("DROP ROLE " + ROLE));
            run(right, "postgres", List.of("DROP ROLE " + ROLE));
        }
    }

    /** Lets two tasks go both ways while both sides are written to, and one of them is killed; returns the one that loads. */
    private Hop bothWays(String role) throws Exception {
        String one = left.newDatabase("both_left");
        String two = right.newDatabase("both_right");
        Hop there = new Hop("both_there", new DatabasePair(left, one, right, two), "public")
                .with(file -> file.username(role).excludeOrigins("both_back"));
        Hop back = new Hop("both_back", new DatabasePair(right, two, left, one), "public")
                .with(file -> file.username(role)
                        .excludeOrigins("both_there")
                        .more("phases: {schema: false, load: false}\non-existing: proceed\n"
                                + "operations: [insert, update, delete, truncate]\n"));
        List<String> tables = new ArrayList<>(List.of(
                "ALTER DATABASE \"" + one + "\" OWNER TO \"" + role + "\"",
                "ALTER SCHEMA public OWNER TO \"" + role + "\"",
                "SET ROLE \"" + role + "\""));
        tables.addAll(tables("public"));
        tables.add("CREATE TABLE public.emptied (id int PRIMARY KEY)");
        tables.add("INSERT INTO public.emptied SELECT i FROM generate_series(1, 50) i");
        run(left, one, tables);
        run(
                right,
                two,
                List.of(
                        "ALTER DATABASE \"" + two + "\" OWNER TO \"" + role + "\"",
                        "ALTER SCHEMA public OWNER TO \"" + role + "\""));
        there.start().awaitChanges();
        there.awaitInStep();
        back.start().awaitChanges();
        long changedLeft = 0;
        long changedRight = 0;
        for (int i = 0; i < 30; i++) {
            changedLeft += change(left, one, 0, i);
            changedRight += change(right, two, 1, i);
            if (i == 10) {
                run(left, one, List.of("TRUNCATE public.emptied", "INSERT INTO public.emptied VALUES (1000)"));
                changedLeft++;
                there.job.kill();
                there.start();
            } else if (i == 20) {
                back.job.kill();
                back.start();
            }
        }
        // What one brings to a side, the other has to pass; only then is it certain that it has left it out.
        for (int i = 0; i < 2; i++) {
            there.awaitInStep();
            back.awaitInStep();
        }
        assertEqual(there.pair);
        assertThat(there.applied()).isEqualTo(changedLeft);
        assertThat(back.applied()).isEqualTo(changedRight);
        return there;
    }

    /** Changes rows that the other side leaves alone; returns how many. */
    private static long change(PostgresServer server, String database, int side, int i) throws Exception {
        long changed = 0;
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "UPDATE public.item SET name = name || '+' WHERE id % 2 = " + side + " AND id % 20 IN (" + i % 20
                            + ", " + (i + 1) % 20 + ")",
                    "DELETE FROM public.item WHERE id = " + (2 * i + 100 + side),
                    "INSERT INTO public.item (id, name) VALUES (" + (10_000 + 2 * i + side) + ", 'new')",
                    "INSERT INTO public.event VALUES ('" + side + "'), ('" + side + "')",
                    "DELETE FROM public.event WHERE ctid = (SELECT ctid FROM public.event WHERE what = '" + side
                            + "' LIMIT 1)")) {
                changed += statement.executeUpdate(sql);
            }
        }
        return changed;
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
