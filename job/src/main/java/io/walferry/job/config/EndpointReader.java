package io.walferry.job.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads {@code source} and {@code target}. */
final class EndpointReader {

    private static final int POSTGRESQL_PORT = 5432;
    private static final Predicate<String> IS_HOST =
            Pattern.compile("[\\p{L}\\p{N}._:%-]+").asMatchPredicate();
    private static final Predicate<String> IS_PKCS12 =
            Pattern.compile(".*\\.(p12|pfx)").asMatchPredicate();

    private EndpointReader() {}

    static Endpoint read(Section section) {
        Endpoint endpoint = new Endpoint(
                section.requiredText("hostname", IS_HOST, "is no host name or address: no URL, list or socket path"),
                (int) section.wholeNumber("port", POSTGRESQL_PORT, 1, 65_535),
                section.requiredText("database", name -> true, ""),
                section.requiredText("username", name -> true, ""),
                password(section),
                section.has("ssl") ? ssl(section.section("ssl")) : SslConfig.PREFER);
        section.refuseUnknownKeys();
        return endpoint;
    }

    private static Secret password(Section section) {
        boolean certificate = section.has("ssl") && section.section("ssl").has("client-key");
        if (!section.has("password") && !certificate) {
            section.problem("password", "is missing: add ${NAME}, file:/path, or \"\" for a login without one");
        }
        return section.secret("password").orElse(new Secret(""));
    }

    private static SslConfig ssl(Section section) {
        Optional<String> mode = section.requiredChoice("mode", SslConfig.MODES);
        Optional<String> authority = section.file("ca-certificate");
        Optional<String> certificate = section.file("client-certificate");
        Optional<String> key = section.file("client-key");
        Optional<Secret> keyPassword = section.secret("key-password");
        if (mode.equals(Optional.of("disable"))) {
            for (String unused : List.of("ca-certificate", "client-certificate", "client-key", "key-password")) {
                if (section.has(unused)) {
                    section.problem(unused, "has no use with mode disable: leave it out");
                }
            }
        }
        if (mode.filter(name -> name.startsWith("verify-")).isPresent() && !section.has("ca-certificate")) {
            section.problem("ca-certificate", "is missing: mode " + mode.get() + " needs it");
        }
        if (certificate.isPresent() && !section.has("client-key")) {
            section.problem("client-key", "is missing: client-certificate needs it");
        }
        if (key.filter(IS_PKCS12.negate()).isPresent() && !section.has("client-certificate")) {
            section.problem("client-certificate", "is missing: client-key needs it, unless it is a .p12 or .pfx file");
        }
        section.refuseUnknownKeys();
        return new SslConfig(
                mode.orElse(SslConfig.PREFER.mode()),
                authority.orElse(null),
                certificate.orElse(null),
                key.orElse(null),
                keyPassword.orElse(null));
    }
}
