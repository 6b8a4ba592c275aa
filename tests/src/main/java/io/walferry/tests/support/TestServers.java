package io.walferry.tests.support;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** One server of each version per JVM, started when first asked for and gone with the JVM; a test takes databases of its own. */
public final class TestServers {

    public static final int SOURCE_VERSION = 17;
    public static final int TARGET_VERSION = 14;

    private static final Map<Integer, PostgresServer> OTHERS = new HashMap<>();

    private TestServers() {}

    public static PostgresServer source() {
        return Source.SERVER;
    }

    public static PostgresServer target() {
        return Target.SERVER;
    }

    /** The server of that version that is shared by all tests; started when first asked for. */
    public static synchronized PostgresServer version(int majorVersion) {
        return switch (majorVersion) {
            case SOURCE_VERSION -> source();
            case TARGET_VERSION -> target();
            default -> OTHERS.computeIfAbsent(majorVersion, TestServers::start);
        };
    }

    /** A server with the settings of the shared ones, for a test that crashes it or needs another version. */
    public static PostgresServer start(int majorVersion) {
        try {
            return PostgresServer.version(majorVersion)
                    .withoutFsync()
                    .setting("shared_buffers", "128MB")
                    // Many tests, each with its slot, on one source.
                    .setting("max_replication_slots", "50")
                    .setting("max_wal_senders", "50")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static final class Source {
        private static final PostgresServer SERVER = start(SOURCE_VERSION);
    }

    private static final class Target {
        private static final PostgresServer SERVER = start(TARGET_VERSION);
    }
}
