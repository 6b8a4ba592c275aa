package io.walferry.job.precheck;

import io.walferry.job.catalog.CatalogReader;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.jdbc.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What checks share: a connection to each side, and what was read once over them. The connections are in autocommit mode and
 * belong to one thread.
 */
public final class CheckContext implements AutoCloseable {

    private final TaskConfig config;
    private final Map<Side, Database> databases = new EnumMap<>(Side.class);
    private final Map<Side, Connection> connections = new EnumMap<>(Side.class);
    private final Map<Side, SQLException> failures = new EnumMap<>(Side.class);
    private SourceCatalog catalog;
    private SQLException catalogFailure;
    private TargetDialect dialect;

    public CheckContext(TaskConfig config) {
        this.config = config;
        databases.put(Side.SOURCE, new Database(config.source(), "walferry " + config.task()));
        databases.put(Side.TARGET, new Database(config.target(), "walferry " + config.task()));
    }

    public TaskConfig config() {
        return config;
    }

    public Database database(Side side) {
        return databases.get(side);
    }

    /** Connects, once. */
    void connect(Side side) throws SQLException {
        try {
            connections.put(side, database(side).open());
        } catch (SQLException e) {
            failures.put(side, e);
            throw e;
        }
    }

    /** Whether {@link #source()} or {@link #target()} may be called. */
    public boolean connected(Side side) {
        return connections.containsKey(side);
    }

    /** Why there is no connection, if it was tried. */
    public Optional<SQLException> failure(Side side) {
        return Optional.ofNullable(failures.get(side));
    }

    public Connection source() {
        return connection(Side.SOURCE);
    }

    public Connection target() {
        return connection(Side.TARGET);
    }

    Connection connection(Side side) {
        Connection connection = connections.get(side);
        if (connection == null) {
            throw new IllegalStateException("not connected to the " + side.label());
        }
        return connection;
    }

    /** {@code source shop.example.com:5432/shop}. */
    String where(Side side) {
        return side.label() + " " + database(side).address();
    }

    /** What the task selects at the source, read when first asked for. */
    public SourceCatalog catalog() throws SQLException {
        if (catalogFailure != null) {
            throw catalogFailure;
        }
        if (catalog == null) {
            try {
                catalog = CatalogReader.read(source(), config.objects());
            } catch (SQLException e) {
                catalogFailure = e;
                throw e;
            }
        }
        return catalog;
    }

    /** What the target is, asked when first needed. */
    public TargetDialect dialect() throws SQLException {
        if (dialect == null) {
            dialect = TargetDialect.probe(target());
        }
        return dialect;
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections.values()) {
            connection.close();
        }
    }
}
