package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.config.Endpoint;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.jdbc.Database;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;

/** Tells apart why a connection was not made. */
final class ConnectionFailure {

    private ConnectionFailure() {}

    static Finding assess(Side side, Endpoint endpoint, SQLException failure) {
        String where = side.label() + " " + endpoint.address();
        String host = endpoint.hostname();
        if (has(failure, UnknownHostException.class)) {
            return Finding.error(
                    where,
                    "the host name " + host + " is unknown",
                    "Correct " + side.label() + ".hostname, or the DNS");
        }
        if (has(failure, NoRouteToHostException.class)) {
            return Finding.error(
                    where, "there is no route to " + host, "Look at the network and the firewalls in between");
        }
        if (has(failure, SocketTimeoutException.class)) {
            return Finding.error(
                    where,
                    host + " does not answer at port " + endpoint.port(),
                    "Look at the network and at the firewalls in between: something swallows the packets");
        }
        if (has(failure, ConnectException.class)) {
            return Finding.error(
                    where,
                    "nothing listens at port " + endpoint.port() + " of " + host,
                    "Correct " + side.label() + ".port, start the server, or let it listen there (listen_addresses)");
        }
        return serverWords(failure)
                .map(words -> refusedByServer(where, side, endpoint, failure.getSQLState(), words))
                .orElseGet(() -> refusedByDriver(where, side, endpoint, failure));
    }

    private static Finding refusedByServer(String where, Side side, Endpoint endpoint, String state, String words) {
        String user = endpoint.username();
        return switch (state) {
            case "28P01" -> Finding.error(
                    where,
                    "the server refuses user " + user + " with this password",
                    "Correct " + side.label() + ".username or " + side.label() + ".password");
            case "28000" -> Finding.error(
                    where,
                    "the server does not let user " + user + " in: " + words,
                    "Correct " + side.label() + ".username, let the role log in, or add a line for user and address to"
                            + " pg_hba.conf and run SELECT pg_reload_conf()");
            case "3D000" -> Finding.error(
                    where,
                    "there is no database " + endpoint.database(),
                    "Correct " + side.label() + ".database" + (side == Side.TARGET ? ", or create it" : ""));
            case "42501" -> Finding.error(
                            where,
                            "user " + user + " may not connect to database " + endpoint.database(),
                            "Grant the right")
                    .with(side, "GRANT CONNECT ON DATABASE " + quoted(endpoint.database()) + " TO " + quoted(user));
            case "53300" -> Finding.error(
                    where,
                    "the server has no connection left: " + words,
                    "Raise max_connections, or end some sessions");
            case "57P03" -> Finding.error(
                    where, "the server takes no connections now: " + words, "Wait until it has started");
            default -> Finding.error(
                    where, "the server refuses the connection: " + words + " (SQLSTATE " + state + ")", "See its log");
        };
    }

    private static Finding refusedByDriver(String where, Side side, Endpoint endpoint, SQLException failure) {
        String mode = endpoint.ssl().mode();
        if (has(failure, SSLException.class) || has(failure, CertificateException.class)) {
            return Finding.error(
                    where,
                    "the TLS certificates do not fit: " + root(failure),
                    "Let " + side.label() + ".ssl.ca-certificate be the authority that signed the server's certificate,"
                            + " and client-certificate one that the server trusts");
        }
        if (failure.getMessage() != null && failure.getMessage().contains("hostname")) {
            return Finding.error(
                    where,
                    "the server's TLS certificate is not for " + endpoint.hostname(),
                    "Use the name that the certificate has as " + side.label()
                            + ".hostname, or mode verify-ca, which does not look at the name");
        }
        if (endpoint.password().reveal().isEmpty() && "08004".equals(failure.getSQLState())) {
            return Finding.error(
                    where, "the server asks for a password and there is none", "Give " + side.label() + ".password");
        }
        if ("08004".equals(failure.getSQLState()) && !mode.equals("disable") && !mode.equals("allow")) {
            return Finding.error(
                    where,
                    "the server does not speak TLS, and mode " + mode + " asks for it",
                    "Switch TLS on at the server (ssl = on), or set " + side.label()
                            + ".ssl.mode to prefer or disable");
        }
        if (has(failure, EOFException.class) || "08P01".equals(failure.getSQLState())) {
            return Finding.error(
                    where,
                    "what listens at port " + endpoint.port() + " does not answer as PostgreSQL does",
                    "Correct " + side.label() + ".port; look for a proxy in between");
        }
        if ("08001".equals(failure.getSQLState()) && failure.getCause() == null) {
            return Finding.error(
                    where,
                    "what listens at port " + endpoint.port() + " takes connections and has not answered within "
                            + Database.LOGIN_SECONDS + " s",
                    "See whether the server runs and is not overloaded; look for a proxy in between");
        }
        return Finding.error(
                where,
                "the connection fails: " + root(failure),
                "See the server's log and the ssl section of " + side.label());
    }

    private static Optional<String> serverWords(SQLException failure) {
        return failure instanceof PSQLException server && server.getServerErrorMessage() != null
                ? Optional.ofNullable(server.getServerErrorMessage().getMessage())
                : Optional.empty();
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
