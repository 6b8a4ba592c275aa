package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * TLS of one endpoint. Files are PEM (certificates) and PKCS-8 DER or PKCS-12 (key), as pgjdbc reads them.
 *
 * @param mode disable, allow, prefer, require, verify-ca or verify-full
 * @see <a href="https://jdbc.postgresql.org/documentation/ssl/">pgjdbc, using SSL</a>
 */
public record SslConfig(
        String mode, String caCertificate, String clientCertificate, String clientKey, Secret keyPassword)
        implements Serializable {

    static final List<String> MODES = List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    /** No TLS is asked for; used where the file says nothing. */
    public static final SslConfig PREFER = new SslConfig("prefer", null, null, null, null);

    public SslConfig {
        if (!MODES.contains(mode)) {
            throw new IllegalArgumentException("TLS mode must be one of " + MODES);
        }
    }

    public Optional<String> caCertificateFile() {
        return Optional.ofNullable(caCertificate);
    }

    public Optional<String> clientCertificateFile() {
        return Optional.ofNullable(clientCertificate);
    }

    public Optional<String> clientKeyFile() {
        return Optional.ofNullable(clientKey);
    }

    public Optional<Secret> keyPasswordSecret() {
        return Optional.ofNullable(keyPassword);
    }
}
