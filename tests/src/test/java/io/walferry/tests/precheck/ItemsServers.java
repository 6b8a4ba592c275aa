package io.walferry.tests.precheck;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TestServers;

/** A server of the oldest target version, started when first asked for and gone with the JVM. */
final class ItemsServers {

    private static final PostgresServer ELEVEN = TestServers.start(11);

    private ItemsServers() {}

    static PostgresServer eleven() {
        return ELEVEN;
    }
}
