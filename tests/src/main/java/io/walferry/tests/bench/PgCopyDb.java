package io.walferry.tests.bench;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** {@code pgcopydb clone} with two jobs for tables and two for indexes, where it is installed. */
final class PgCopyDb implements Loader {

    private final Field field;

    PgCopyDb(Field field) {
        this.field = field;
    }

    static boolean isInstalled() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "pgcopydb")));
    }

    @Override
    public String name() {
        return "pgcopydb";
    }

    @Override
    public LoadTime load(String targetDatabase) throws IOException, InterruptedException {
        Path log = field.directory().resolve("pgcopydb.log");
        Path work = field.directory().resolve("pgcopydb");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "pgcopydb",
                        "clone",
                        "--restart",
                        "--not-consistent",
                        "--table-jobs",
                        "2",
                        "--index-jobs",
                        "2",
                        "--no-owner",
                        "--no-acl",
                        "--dir",
                        work.toString()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()));
        builder.environment().put("PGCOPYDB_SOURCE_PGURI", uri(field.servers().source(), field.sourceDatabase()));
        builder.environment().put("PGCOPYDB_TARGET_PGURI", uri(field.servers().target(), targetDatabase));
        Clock clock = new Clock();
        Process process = builder.start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("pgcopydb failed: " + Files.readString(log, StandardCharsets.UTF_8));
            }
            return new LoadTime(clock.seconds(), 0, 0);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String uri(PostgresServer server, String database) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(server.username(), server.password(), server.hostname(), server.port(), database);
    }

    @Override
    public void close() {
        // Its process has ended.
    }
}
