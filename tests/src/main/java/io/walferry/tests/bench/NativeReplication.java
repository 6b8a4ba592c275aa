package io.walferry.tests.bench;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** PostgreSQL's own logical replication: a publication and a subscription, with two workers for the initial copy. */
final class NativeReplication implements Follower {

    private static final int LOAD_LIMIT_SECONDS = 1_800;
    private static final int PAUSE_LIMIT_SECONDS = 60;

    private final Field field;
    private final String subscription;
    private String database;

    /** @param number tells this one from others at the same source */
    NativeReplication(Field field, int number) {
        this.field = field;
        this.subscription = "native_" + number;
    }

    @Override
    public String name() {
        return "native";
    }

    @Override
    public LoadTime load(String targetDatabase) throws SQLException, IOException, InterruptedException {
        database = targetDatabase;
        PostgresServer source = field.servers().source();
        PostgresServer target = field.servers().target();
        BenchTables.create(target, database);
        ServerPair.execute(target, database, BenchTables.keys().toArray(String[]::new));
        ServerPair.execute(
                source,
                field.sourceDatabase(),
                "CREATE PUBLICATION " + subscription + " FOR TABLES IN SCHEMA " + BenchTables.SCHEMA);
        try (Connection connection = target.connect(database)) {
            Clock clock = new Clock();
            connection
                    .createStatement()
                    .execute(
                            "CREATE SUBSCRIPTION %s CONNECTION 'host=%s port=%d dbname=%s user=%s password=%s' PUBLICATION %s"
                                    .formatted(
                                            subscription,
                                            source.hostname(),
                                            source.port(),
                                            field.sourceDatabase(),
                                            source.username(),
                                            source.password(),
                                            subscription));
            double seconds = clock.await(
                    "End of the native copy",
                    LOAD_LIMIT_SECONDS,
                    () -> Queries.isTrue(
                            connection, "SELECT bool_and(srsubstate = 'r') FROM pg_catalog.pg_subscription_rel"));
            return new LoadTime(seconds, 0, 0);
        }
    }

    @Override
    public String slot() {
        return subscription;
    }

    @Override
    public String database() {
        return database;
    }

    @Override
    public void pause() throws SQLException, IOException, InterruptedException {
        alterSubscription("DISABLE");
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            new Clock()
                    .await(
                            "Pause of the subscription",
                            PAUSE_LIMIT_SECONDS,
                            () -> !Queries.slotIsActive(source, slot()));
        }
    }

    @Override
    public void resume() throws SQLException {
        alterSubscription("ENABLE");
    }

    private void alterSubscription(String action) throws SQLException {
        ServerPair.execute(field.servers().target(), database, "ALTER SUBSCRIPTION " + subscription + " " + action);
    }

    @Override
    public void check() {
        // Its workers are the server's, which starts them again.
    }

    @Override
    public long peakMemoryBytes() {
        return 0;
    }

    @Override
    public void close() throws SQLException {
        if (database == null) {
            return;
        }
        ServerPair.execute(field.servers().target(), database, "DROP SUBSCRIPTION IF EXISTS " + subscription);
        ServerPair.execute(field.servers().source(), field.sourceDatabase(), "DROP PUBLICATION " + subscription);
    }
}
