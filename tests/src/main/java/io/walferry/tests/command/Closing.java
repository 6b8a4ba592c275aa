package io.walferry.tests.command;

import io.walferry.tests.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a run has started; {@link #close()} ends it, the latest first, and keeps the servers' logs. */
public final class Closing implements AutoCloseable {

    private final Path directory;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** @param directory where the servers' logs are copied to */
    public Closing(Path directory) {
        this.directory = directory;
    }

    /** Takes charge of the resource. */
    public <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        if (resource instanceof PostgresServer server) {
            Path log = directory.resolve("postgresql-" + server.majorVersion() + "-" + server.port() + ".log");
            opened.push(() -> Files.copy(server.logFile(), log));
        }
        return resource;
    }

    @Override
    public void close() {
        // An interrupt has done its work by now; what follows must not be cut short by it.
        Thread.interrupted();
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                // The next one must be closed all the same.
            }
        }
    }
}
