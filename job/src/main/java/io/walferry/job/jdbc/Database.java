package io.walferry.job.jdbc;

import io.walferry.job.config.Endpoint;
import io.walferry.job.config.SslConfig;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/** One side of a task; ships with the job and opens connections where it arrives. */
public final class Database implements Serializable {

    /** How long a server may take from the first packet of a connection until it can be used. */
    public static final int LOGIN_SECONDS = 30;

    private static final long serialVersionUID = 1L;

    /**
     * Output settings that both sides share, so that text means the same; sent as start-up options so that they hold for a
     * walsender too, which renders values with its own session's settings.
     */
    private static final String OUTPUT_OPTIONS = "-c DateStyle=ISO,YMD -c IntervalStyle=postgres -c TimeZone=UTC"
            + " -c extra_float_digits=3 -c bytea_output=hex -c xmloption=content -c lc_monetary=C"
            + " -c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=0";

    private final Endpoint endpoint;
    private final String applicationName;
    private final List<String> sessionStatements;
    private final boolean silencesTriggers;

    /** @param applicationName what {@code pg_stat_activity} shows, for example {@code walferry orders} */
    public Database(Endpoint endpoint, String applicationName) {
        this(endpoint, applicationName, List.of(), true);
    }

    private Database(
            Endpoint endpoint, String applicationName, List<String> sessionStatements, boolean silencesTriggers) {
        this.endpoint = endpoint;
        this.applicationName = applicationName;
        this.sessionStatements = List.copyOf(sessionStatements);
        this.silencesTriggers = silencesTriggers;
    }

    /** The same database, each of whose connections (but not one for replication) begins with the statements. */
    public Database withSessionStatements(List<String> statements) {
        return new Database(endpoint, applicationName, statements, silencesTriggers);
    }

    /** The same database for a user that may not set {@code session_replication_role}: no table may have a trigger then. */
    public Database withoutSilencingTriggers() {
        return new Database(endpoint, applicationName, sessionStatements, false);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** For people: {@code host:port/database}. */
    public String address() {
        return endpoint.address();
    }

    /**
     * A connection with the settings that the server gives to a client of this user in this database, except for time zone and
     * {@code DateStyle}, which the driver sets.
     */
    public Connection openWithServerSettings() throws SQLException {
        Properties properties = properties();
        properties.remove(PGProperty.OPTIONS.getName());
        return connect(properties);
    }

    /** A connection in autocommit mode, with {@code search_path} empty. */
    public Connection open() throws SQLException {
        return execute(connect(properties()), sessionStatements);
    }

    /**
     * A target connection for writing rows: as {@link #open()}, and triggers, rules and foreign keys stay silent ({@code
     * session_replication_role = replica}), unless the user may not do so.
     */
    public Connection openForApply() throws SQLException {
        List<String> statements = new ArrayList<>(List.of("SET synchronous_commit = on"));
        if (silencesTriggers) {
            statements.add("SET session_replication_role = replica");
        }
        return execute(open(), statements);
    }

    private static Connection execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * A connection that speaks the replication protocol. Keep a reference to it as long as its stream is read: pgjdbc closes
     * a connection that nothing refers to.
     */
    public Connection openReplication() throws SQLException {
        Properties properties = properties();
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
        PGProperty.SOCKET_FACTORY.set(properties, GatheringSocketFactory.class.getName());
        return connect(properties);
    }

    private Connection connect(Properties properties) throws SQLException {
        // Not by DriverManager: it would know only the driver of the first job that a long-lived JVM has loaded.
        Connection connection = new Driver()
                .connect(
                        "jdbc:postgresql://" + host() + ":" + endpoint.port() + "/"
                                + URLEncoder.encode(endpoint.database(), StandardCharsets.UTF_8),
                        properties);
        try (Statement statement = connection.createStatement()) {
            // pgjdbc sends the JVM's time zone at start-up, which wins over the options.
            statement.execute("SET TimeZone = 'UTC'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private String host() {
        return endpoint.hostname().indexOf(':') >= 0 ? "[" + endpoint.hostname() + "]" : endpoint.hostname();
    }

    private Properties properties() {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, endpoint.username());
        PGProperty.PASSWORD.set(properties, endpoint.password().reveal());
        PGProperty.APPLICATION_NAME.set(properties, applicationName);
        PGProperty.OPTIONS.set(properties, OUTPUT_OPTIONS + " -c search_path=");
        PGProperty.CONNECT_TIMEOUT.set(properties, 30);
        // What takes a connection and never answers, a proxy in front of a dead server for one, is a failure too.
        PGProperty.LOGIN_TIMEOUT.set(properties, LOGIN_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.SOCKET_FACTORY.set(properties, LastingSocketFactory.class.getName());
        // Errors would carry the row's values in DETAIL and CONTEXT, and messages end up in logs.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        SslConfig ssl = endpoint.ssl();
        PGProperty.SSL_MODE.set(properties, ssl.mode());
        ssl.caCertificateFile().ifPresent(file -> PGProperty.SSL_ROOT_CERT.set(properties, file));
        ssl.clientCertificateFile().ifPresent(file -> PGProperty.SSL_CERT.set(properties, file));
        ssl.clientKeyFile().ifPresent(file -> PGProperty.SSL_KEY.set(properties, file));
        ssl.keyPasswordSecret().ifPresent(secret -> PGProperty.SSL_PASSWORD.set(properties, secret.reveal()));
        return properties;
    }

    /** The driver's own interface of a connection, for COPY and replication. */
    public static PGConnection driver(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class);
    }
}
