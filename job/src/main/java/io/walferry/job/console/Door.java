package io.walferry.job.console;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who may look. On a loopback address everybody on this machine, if the browser asks for a name of this machine: a page from
 * elsewhere must not get in by a name of its own that it lets point here. On any other address only who has the token.
 */
final class Door {

    private static final String COOKIE = "walferry-token";
    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "[::1]");

    private final Optional<String> token;

    /** @param token needed unless the address is a loopback one */
    Door(InetAddress address, Optional<String> token) {
        if (token.isEmpty() && !address.isLoopbackAddress()) {
            throw new IllegalArgumentException("An address that others can reach needs a token");
        }
        this.token = token;
    }

    boolean admits(HttpExchange exchange) {
        if (token.isEmpty()) {
            String host = exchange.getRequestHeaders().getFirst("Host");
            return host != null && LOCAL.contains(host.replaceFirst(":\\d+$", ""));
        }
        return isToken(inQuery(exchange)) || isToken(inCookie(exchange)) || isToken(inHeader(exchange));
    }

    /** What the browser keeps, so that the address need not show the token any more; empty if it did not. */
    Optional<String> cookie(HttpExchange exchange) {
        return token.isPresent() && isToken(inQuery(exchange))
                ? Optional.of(COOKIE + "=" + token.get() + "; HttpOnly; SameSite=Strict; Path=/")
                : Optional.empty();
    }

    private boolean isToken(String text) {
        return text != null
                && MessageDigest.isEqual(
                        text.getBytes(StandardCharsets.UTF_8), token.get().getBytes(StandardCharsets.UTF_8));
    }

    private static String inQuery(HttpExchange exchange) {
        return Query.of(exchange).get("token");
    }

    private static String inHeader(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header != null && header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : null;
    }

    private static String inCookie(HttpExchange exchange) {
        List<String> cookies = exchange.getRequestHeaders().get("Cookie");
        return cookies == null
                ? null
                : cookies.stream()
                        .flatMap(header -> Arrays.stream(header.split("; ?")))
                        .filter(cookie -> cookie.startsWith(COOKIE + "="))
                        .map(cookie -> cookie.substring(COOKIE.length() + 1))
                        .findFirst()
                        .orElse(null);
    }
}
