package io.walferry.job.schema;

import io.walferry.job.jdbc.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Makes what comes after the load, over several connections. Both parts can be run again after any interruption. */
public final class PostLoad {

    /** Sorting in memory is what makes an index build fast; more than this for each connection helps little. */
    private static final int MAINTENANCE_KB = 256 << 10;

    private static final int WORKERS_PER_BUILD = 4;

    private final StructurePlan plan;
    private final Database source;
    private final Database target;
    private final int parallelism;
    private final StepListener listener;

    /** @param parallelism number of connections */
    public PostLoad(StructurePlan plan, Database source, Database target, int parallelism, StepListener listener) {
        this.plan = plan;
        this.source = source;
        this.target = target;
        this.parallelism = parallelism;
        this.listener = listener;
    }

    /**
     * Builds the keys and the indexes that refuse no row, takes statistics, sets the sequences.
     *
     * @throws io.walferry.job.failure.SyncException if the target refuses something
     */
    public void afterLoad() throws SQLException, InterruptedException {
        new StepRunner(this::open, parallelism, listener).run(plan.afterLoad());
        try (Connection from = source.open();
                Connection to = target.open()) {
            new SequenceSync(plan).copy(from, to);
        }
    }

    /**
     * Builds what refuses rows: further unique and exclusion constraints, constraints that old rows may break. Then what looks
     * at rows: foreign keys, views, triggers and all that no table needs; of those, what the target refuses is left out.
     *
     * @throws io.walferry.job.failure.SyncException if the target refuses something that tables have
     */
    public void atConsistency() throws SQLException, InterruptedException {
        StepRunner runner = new StepRunner(this::open, parallelism, listener);
        runner.run(plan.atConsistency());
        runner.run(plan.later());
    }

    private Connection open() throws SQLException {
        Connection connection = target.open();
        try {
            StepExecution.prepare(connection, plan.sessionStatements());
            raise(connection, "maintenance_work_mem", MAINTENANCE_KB);
            raise(connection, "max_parallel_maintenance_workers", WORKERS_PER_BUILD);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void raise(Connection connection, String setting, int least) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_catalog.set_config(name, '" + least + "', false) FROM pg_catalog.pg_settings"
                    + " WHERE name = '" + setting + "' AND setting::pg_catalog.int8 < " + least);
        }
    }
}
