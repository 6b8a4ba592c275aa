package io.walferry.tests.bench;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a filter costs: the same task with and without one that looks at three columns of every order and lets all of them
 * through, in turns. Orders are most of the rows; the other tables have no filter in either.
 */
final class EtlContest {

    private static final int TRANSACTIONS = 300;
    private static final int CHANGES_PER_TRANSACTION = 1_000;
    private static final int END_LIMIT_SECONDS = 600;
    /** Enough that every writer gets one. */
    private static final int END_ROWS = 64;

    private static final String FILTER =
            """
            mapping:
              - table: bench.orders
                filter: amount > -1 AND status <> 'gone' AND quantity < 1000000
            """;

    private final Field field;
    private final int runs;
    private final Report report;
    private final Map<String, List<Double>> loads = new LinkedHashMap<>();
    private final Map<String, List<Double>> backlogs = new LinkedHashMap<>();

    EtlContest(Field field, int runs, Report report) {
        this.field = field;
        this.runs = runs;
        this.report = report;
    }

    void run() throws SQLException, IOException, InterruptedException {
        for (int run = 1; run <= runs; run++) {
            boolean filteredFirst = run % 2 == 0;
            once(run, filteredFirst);
            once(run, !filteredFirst);
        }
        double plainLoad = Report.median(loads.get("plain"));
        double filteredLoad = Report.median(loads.get("filtered"));
        double changes = (double) TRANSACTIONS * CHANGES_PER_TRANSACTION;
        double plain = changes / Report.median(backlogs.get("plain"));
        double filtered = changes / Report.median(backlogs.get("filtered"));
        report.line(
                "etl load-filtered=%.1fs load-plain=%.1fs load-ratio=%.2f changes-filtered=%.0f/s changes-plain=%.0f/s"
                        + " changes-ratio=%.2f (load without start-up)",
                filteredLoad, plainLoad, plainLoad / filteredLoad, filtered, plain, filtered / plain);
    }

    private void once(int run, boolean filtered) throws SQLException, IOException, InterruptedException {
        String name = filtered ? "filtered" : "plain";
        PostgresServer target = field.servers().target();
        String database = target.newDatabase(name);
        field.servers().checkpoint();
        try (Walferry walferry =
                new Walferry(field, name, 2_000 + 2 * run + (filtered ? 1 : 0), filtered ? FILTER : "")) {
            LoadTime load = walferry.load(database);
            double loading = load.seconds() - load.startupSeconds();
            walferry.pause();
            String end = writeBacklog(name + run);
            field.servers().checkpoint();
            double backlog = drain(walferry, end);
            report.detail("etl run %d: %s load %.2f s, backlog %.2f s", run, name, loading, backlog);
            BenchTables.verify(
                    name, BenchTables.checksums(field.servers().source(), field.sourceDatabase()), target, database);
            loads.computeIfAbsent(name, contender -> new ArrayList<>()).add(loading);
            backlogs.computeIfAbsent(name, contender -> new ArrayList<>()).add(backlog);
        }
        ServerPair.execute(target, "postgres", "DROP DATABASE \"" + database + "\" WITH (FORCE)");
    }

    /** The backlog, and rows at its end that tell by their note that all that came before is there. */
    private String writeBacklog(String note) throws SQLException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            source.createStatement().execute("SET synchronous_commit = off");
            source.createStatement().execute("CALL tools.change_orders(" + TRANSACTIONS + ")");
            source.createStatement()
                    .execute("INSERT INTO bench.orders SELECT m + i, 0, 'end', 0, 0, 1, true, now(), NULL,"
                            + " md5(i::text)::uuid, NULL, NULL, '" + note + "', NULL"
                            + " FROM generate_series(1, " + END_ROWS
                            + ") i, (SELECT max(order_id) FROM bench.orders) AS o (m)");
        }
        return note;
    }

    private double drain(Walferry walferry, String end) throws SQLException, IOException, InterruptedException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase());
                Connection target = field.servers().target().connect(walferry.database())) {
            Clock clock = new Clock();
            walferry.resume();
            double startup = clock.await("Streaming", END_LIMIT_SECONDS, () -> {
                walferry.check();
                return Queries.slotIsActive(source, walferry.slot());
            });
            double ended = clock.await("End of the backlog", END_LIMIT_SECONDS, () -> {
                walferry.check();
                return Queries.isTrue(
                        target,
                        "SELECT count(*) = " + END_ROWS + " FROM (SELECT note FROM bench.orders ORDER BY order_id DESC"
                                + " LIMIT " + END_ROWS + ") o WHERE note = '" + end + "'");
            });
            return ended - startup;
        }
    }
}
