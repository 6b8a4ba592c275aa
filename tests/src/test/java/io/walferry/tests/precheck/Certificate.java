package io.walferry.tests.precheck;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.Properties;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A self-signed certificate with its key, made by the JDK's keytool. */
public final class Certificate {

    public static final String PASSWORD = "changeit";

    private final KeyStore keys;
    private final Path file;
    private final String certificate;
    private final String key;

    private Certificate(KeyStore keys, Path file, String certificate, String key) {
        this.keys = keys;
        this.file = file;
        this.certificate = certificate;
        this.key = key;
    }

    public static Certificate make(Path directory, String host)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve(host + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host,
                        "-validity",
                        "2",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed: " + output);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        String certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
        return new Certificate(
                keys,
                Files.writeString(directory.resolve(host + ".pem"), certificate),
                certificate,
                pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + kind + "-----";
    }

    /** For a server in this JVM that has the certificate. */
    public SSLContext context() throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** Writes a store for a JVM that shall trust the certificate, with the same password. */
    public Path trustStore(Path file) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    Path file() {
        return file;
    }

    /** Switches TLS on. The server itself writes its files, so that they are its user's. */
    void installAt(PostgresServer server) throws Exception {
        Path data = server.logFile().resolveSibling("data");
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            write(statement, certificate, data.resolve("server.crt"));
            write(statement, key, data.resolve("server.key"));
            Files.setPosixFilePermissions(data.resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("SELECT pg_reload_conf()");
        }
        Properties tls = new Properties();
        tls.setProperty("sslmode", "require");
        io.walferry.tests.support.Await.until("the server speaks TLS", Duration.ofSeconds(30), () -> {
            try {
                server.connect("postgres", tls).close();
                return true;
            } catch (SQLException e) {
                return false;
            }
        });
    }

    private static void write(Statement statement, String pem, Path file) throws SQLException {
        statement.execute("COPY (SELECT regexp_split_to_table('" + pem + "', E'\\n')) TO '" + file + "'");
    }
}
