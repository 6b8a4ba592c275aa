package io.walferry.tests.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL server on a free port of 127.0.0.1, in a directory of its own that {@link #close()} deletes. It can be
 * stopped, or crashed, and started again on the same port and data.
 *
 * <p>The server's life hangs on a pipe from this JVM: when the JVM ends, be it by SIGKILL, the server is stopped and its
 * directory deleted.
 */
public final class PostgresServer implements AutoCloseable {

    /** A superuser; logs in with {@link #password()}, as everybody does. */
    public static final String USERNAME = "walferry-super";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final int majorVersion;
    private final String password;
    private final Path home;
    private final Path directory;
    private final int port;
    private final Thread shutdownHook;
    private Process process;

    private PostgresServer(Builder builder) throws IOException, InterruptedException {
        this.majorVersion = builder.majorVersion;
        this.password = builder.password;
        this.home = PostgresBinaries.directory(majorVersion);
        this.directory = Files.createTempDirectory("walferry-postgres-" + majorVersion + "-");
        Unprivileged.giveTo(directory);
        this.port = freePort();
        this.shutdownHook = new Thread(this::closeQuietly, "stop-postgres-" + port);
        try {
            Runtime.getRuntime().addShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The JVM is ending.
            Directories.delete(directory);
            throw e;
        }
        initialize(builder.settings);
    }

    /** A server of this major version, which must be among the archives of {@code tests/pom.xml}. */
    public static Builder version(int majorVersion) {
        return new Builder(majorVersion);
    }

    /** How a server is set up. */
    public static final class Builder {

        private final int majorVersion;
        private final Map<String, String> settings = new LinkedHashMap<>();
        private String password = "secret-of-walferry-super";

        private Builder(int majorVersion) {
            this.majorVersion = majorVersion;
            settings.put("wal_level", "logical");
            settings.put("max_replication_slots", "20");
            settings.put("max_wal_senders", "20");
            settings.put("max_prepared_transactions", "10");
            settings.put("max_connections", "200");
            settings.put("timezone", "UTC");
            settings.put("log_timezone", "UTC");
        }

        /** A line of {@code postgresql.conf}, such as {@code shared_buffers}, {@code 512MB}. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /** Trades safety against a crash of the machine for speed; a crash of the server alone stays harmless. */
        public Builder withoutFsync() {
            return setting("fsync", "off");
        }

        public Builder password(String value) {
            this.password = value;
            return this;
        }

        /** Makes the server's data and starts it; returns when it takes connections. */
        public PostgresServer start() throws IOException, InterruptedException {
            PostgresServer server = new PostgresServer(this);
            try {
                server.start();
                return server;
            } catch (IOException | InterruptedException e) {
                server.close();
                throw e;
            }
        }
    }

    public String hostname() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    public String username() {
        return USERNAME;
    }

    public String password() {
        return password;
    }

    public int majorVersion() {
        return majorVersion;
    }

    /** The server's log. */
    public Path logFile() {
        return directory.resolve("server.log");
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + hostname() + ":" + port + "/"
                + java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** A connection of the superuser in autocommit mode. */
    public Connection connect(String database) throws SQLException {
        return connect(database, new Properties());
    }

    /** As {@link #connect(String)}, with further properties of pgjdbc. */
    public Connection connect(String database, Properties more) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(more);
        properties.setProperty("user", USERNAME);
        properties.setProperty("password", password);
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** Creates an empty database and returns its name: the prefix and a number. */
    public String newDatabase(String prefix) throws SQLException {
        String name = prefix + "_" + DATABASES.incrementAndGet();
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE \"" + name + "\" TEMPLATE template0");
        }
        return name;
    }

    /** Starts a stopped server on its old port and data; returns when it takes connections. */
    public synchronized void start() throws IOException, InterruptedException {
        if (isRunning()) {
            return;
        }
        // A kill of the JVM skips every hook, so the shell waits at the pipe's end for it.
        String guard =
                """
                exec 3<&0
                data=$1; shift
                "$@" </dev/null &
                server=$!
                {
                  while read -r line; do :; done
                  trap '' TERM
                  kill -INT $server
                  while kill -0 $server; do sleep 0.1; done
                  rm -rf "$data"
                } <&3 2>/dev/null &
                guard=$!
                wait $server
                status=$?
                kill $guard
                exit $status
                """;
        List<String> command =
                new ArrayList<>(List.of("setsid", "sh", "-c", guard, "postgres-guard", directory.toString()));
        command.addAll(Unprivileged.commandPrefix());
        command.addAll(List.of(program("postgres"), "-D", data().toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                .start();
        awaitConnection();
    }

    /** Ends all sessions, writes a checkpoint and stops. */
    public void stop() throws IOException, InterruptedException {
        stop("fast");
    }

    /** Crashes the server ({@code pg_ctl stop -m immediate}): the next start recovers from the WAL. */
    public void stopImmediate() throws IOException, InterruptedException {
        stop("immediate");
    }

    private synchronized void stop(String mode) throws IOException, InterruptedException {
        if (process == null) {
            return;
        }
        if (process.isAlive()) {
            run(List.of(program("pg_ctl"), "stop", "-D", data().toString(), "-m", mode, "-w", "-t", "60"));
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("PostgreSQL on port " + port + " did not stop within 60 s");
        }
        process = null;
    }

    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Crashes the server, if it runs, and deletes its data. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook does the same, and both may run.
        }
        try {
            release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            // What is left ends with this JVM.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void release() throws IOException, InterruptedException {
        try {
            stopImmediate();
        } finally {
            Directories.delete(directory);
        }
    }

    private void closeQuietly() {
        try {
            release();
        } catch (IOException e) {
            System.err.println("PostgreSQL on port " + port + " could not be cleaned up: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Synchronized as stopping is, so that a JVM that ends meanwhile deletes the directory after initdb, not under it. */
    private synchronized void initialize(Map<String, String> settings) throws IOException, InterruptedException {
        Path passwordFile = directory.resolve("password");
        Files.writeString(passwordFile, password + "\n");
        Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString("rw----r--"));
        try {
            run(List.of(
                    program("initdb"),
                    "--pgdata=" + data(),
                    "--username=" + USERNAME,
                    "--pwfile=" + passwordFile,
                    "--auth=" + (majorVersion < 10 ? "md5" : "scram-sha-256"),
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "-N"));
        } finally {
            Files.delete(passwordFile);
        }
        StringBuilder lines = new StringBuilder("\n");
        settings.forEach((name, value) -> lines.append(name)
                .append(" = '")
                .append(value.replace("'", "''"))
                .append("'\n"));
        lines.append("listen_addresses = '127.0.0.1'\nport = ").append(port).append('\n');
        lines.append("unix_socket_directories = '").append(data()).append("'\n");
        Files.writeString(data().resolve("postgresql.auto.conf"), lines, java.nio.file.StandardOpenOption.APPEND);
    }

    private void awaitConnection() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                connect("postgres").close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive()) {
                    throw new IOException(
                            "PostgreSQL " + majorVersion + " did not start:\n" + Files.readString(logFile()));
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("PostgreSQL " + majorVersion + " takes no connections on port " + port, e);
                }
                // Nobody tells: connections are refused before it listens, and with 57P03 while it recovers.
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(Unprivileged.commandPrefix());
        whole.addAll(command);
        Process tool = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (tool.waitFor() != 0) {
            throw new IOException(command.get(0) + " failed:\n" + output);
        }
    }

    private String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private Path data() {
        return directory.resolve("data");
    }

    /** Below those that systems give to outgoing connections, so that it is still free after the server was stopped. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Taken: another one.
            }
        }
    }
}
