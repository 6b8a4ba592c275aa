package io.walferry.tests.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.walferry.tests.precheck.Certificate;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** Everything that a task can tell alerts to, real servers and a program, and what each of them has got. */
final class AlertReceivers implements AutoCloseable {

    private static final String HOST = "localhost";
    private static final String SECRET = "SEC-of-a-robot";
    private static final String MAIL_PASSWORD = "mail-s3cret";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> json = Collections.synchronizedList(new ArrayList<>());
    private final List<String> slack = Collections.synchronizedList(new ArrayList<>());
    private final List<String> dingtalk = Collections.synchronizedList(new ArrayList<>());
    private final List<String> mails = Collections.synchronizedList(new ArrayList<>());
    private final Path commandOutput;
    private final Path command;
    private final Path trusted;
    private final HttpServer http;
    private final SMTPServer starttls;
    private final SMTPServer tls;

    AlertReceivers(Path directory) throws IOException, InterruptedException, GeneralSecurityException {
        commandOutput = directory.resolve("command-output");
        command = Files.writeString(
                directory.resolve("on-alert"),
                "#!/bin/sh\n{ printf '%s %s %s ' \"$WALFERRY_TASK\" \"$WALFERRY_EVENT\" \"$WALFERRY_STATE\"; cat; echo; } >> '"
                        + commandOutput + "'\n",
                StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
        Files.createFile(commandOutput);
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/json", exchange -> take(exchange, json));
        http.createContext("/slack", exchange -> take(exchange, slack));
        http.createContext("/dingtalk", exchange -> {
            if (isSigned(exchange)) {
                take(exchange, dingtalk);
            } else {
                answer(exchange, "{\"errcode\":310000,\"errmsg\":\"sign not match\"}");
            }
        });
        http.start();
        Certificate certificate = Certificate.make(directory, HOST);
        trusted = certificate.trustStore(directory.resolve("trusted.p12"));
        starttls = mailServer()
                .enableTLS()
                .requireTLS()
                .startTlsSocketFactory(certificate.context())
                .build();
        starttls.start();
        tls = mailServer().serverSocketFactory(certificate.context()).build();
        tls.start();
    }

    private SMTPServer.Builder mailServer() {
        return SMTPServer.port(0)
                .hostName(HOST)
                .requireAuth()
                .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((user, password, context) -> {
                    if (!user.equals("walferry") || !password.equals(MAIL_PASSWORD)) {
                        throw new LoginFailedException();
                    }
                }))
                .messageHandler((context, from, to, data) -> {
                    try {
                        MimeMessage message = new MimeMessage(null, new ByteArrayInputStream(data));
                        mails.add(from + " to " + message.getHeader("To", ",") + ": " + message.getSubject() + "\n"
                                + message.getContent());
                    } catch (MessagingException | IOException e) {
                        mails.add(e.toString());
                    }
                });
    }

    private static void take(HttpExchange exchange, List<String> taken) throws IOException {
        taken.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        answer(exchange, "{\"errcode\":0,\"errmsg\":\"ok\"}");
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        exchange.sendResponseHeaders(200, text.length());
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.US_ASCII));
        exchange.close();
    }

    /** As the robot's owner describes it. */
    private static boolean isSigned(HttpExchange exchange) {
        Map<String, String> query = new TreeMap<>();
        for (String part : Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                .orElse("")
                .split("&")) {
            String[] pair = part.split("=", 2);
            query.put(pair[0], pair.length == 1 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String expected = Base64.getEncoder()
                    .encodeToString(
                            mac.doFinal((query.get("timestamp") + "\n" + SECRET).getBytes(StandardCharsets.UTF_8)));
            return "t0ken".equals(query.get("access_token")) && expected.equals(query.get("sign"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has the task tell all of them. */
    OperatedTask addTo(OperatedTask task, Map<String, Object> rules) {
        return addTo(task, "starttls", rules);
    }

    /** @param mailBy starttls or tls */
    OperatedTask addTo(OperatedTask task, String mailBy, Map<String, Object> rules) {
        String base = "http://127.0.0.1:" + http.getAddress().getPort();
        Map<String, Object> section = new TreeMap<>(rules);
        section.put(
                "webhooks",
                "[{url: '" + base + "/json'}, {url: '" + base + "/slack', format: slack}, {url: '" + base
                        + "/dingtalk?access_token=t0ken', format: dingtalk, secret: '${ROBOT_SECRET}'}]");
        section.put(
                "mail",
                "{hostname: " + HOST + ", port: "
                        + (mailBy.equals("tls") ? tls : starttls).getPortAllocated() + ", tls: " + mailBy
                        + ", username: walferry, password: '${MAIL_PASSWORD}', from: walferry@example.com,"
                        + " to: [on-call@example.com, boss@example.com]}");
        section.put("command", "['" + command + "']");
        return task.variable("ROBOT_SECRET", SECRET)
                .variable("MAIL_PASSWORD", MAIL_PASSWORD)
                .variable(
                        "WALFERRY_OPTS",
                        "-Djavax.net.ssl.trustStore=" + trusted + " -Djavax.net.ssl.trustStorePassword="
                                + Certificate.PASSWORD)
                .with("alerts", section);
    }

    /** Of those that came to the first webhook: event and state, in their order. */
    List<String> events() throws IOException {
        List<String> events = new ArrayList<>();
        for (String message : List.copyOf(json)) {
            JsonNode facts = JSON.readTree(message);
            events.add(facts.at("/event").asText() + " " + facts.at("/state").asText());
        }
        return events;
    }

    List<String> objects() {
        return List.copyOf(json);
    }

    /** Their texts. */
    List<String> slack() throws IOException {
        List<String> texts = new ArrayList<>();
        for (String message : List.copyOf(slack)) {
            texts.add(JSON.readTree(message).at("/text").asText());
        }
        return texts;
    }

    List<String> dingtalk() throws IOException {
        List<String> texts = new ArrayList<>();
        for (String message : List.copyOf(dingtalk)) {
            texts.add(JSON.readTree(message).at("/text/content").asText());
        }
        return texts;
    }

    /** From, to, subject and text. */
    List<String> mails() {
        return List.copyOf(mails);
    }

    /** A line for each run of the program: task, event, state, and what it has read. */
    List<String> commandLines() throws IOException {
        return Files.readAllLines(commandOutput);
    }

    @Override
    public void close() {
        http.stop(0);
        starttls.stop();
        tls.stop();
    }
}
