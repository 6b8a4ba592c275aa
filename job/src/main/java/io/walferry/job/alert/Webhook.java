package io.walferry.job.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.walferry.job.config.AlertsConfig.WebhookConfig;
import io.walferry.job.config.AlertsConfig.WebhookConfig.Format;
import io.walferry.job.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts alerts to an address, in the form that its owner understands.
 *
 * @see <a href="https://api.slack.com/messaging/webhooks">Slack's incoming webhooks</a>
 * @see <a href="https://open.dingtalk.com/document/robots/custom-robot-access">DingTalk's custom robots</a>
 */
final class Webhook implements Channel {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final WebhookConfig config;
    private final LongSupplier clockMs;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();

    Webhook(String name, WebhookConfig config) {
        this(name, config, System::currentTimeMillis);
    }

    /** @param clockMs as {@link System#currentTimeMillis()} */
    Webhook(String name, WebhookConfig config, LongSupplier clockMs) {
        this.name = name;
        this.config = config;
        this.clockMs = clockMs;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void send(Alert alert) throws IOException, InterruptedException {
        URI address = address();
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(LIMIT)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body(config.format(), alert)))
                .build();
        HttpResponse<String> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            // Its own words may hold the address, and that a token.
            throw new IOException(
                    address.getHost() + " cannot be reached (" + e.getClass().getSimpleName() + ")");
        }
        if (response.statusCode() / 100 != 2) {
            throw new IOException(address.getHost() + " has answered with status " + response.statusCode());
        }
        if (config.format() == Format.DINGTALK) {
            refuseIfNotTaken(address, response.body());
        }
    }

    /** DingTalk answers with status 200 whatever it thinks of a message. */
    private static void refuseIfNotTaken(URI address, String answer) throws IOException {
        int code;
        try {
            JsonNode error = JSON.readTree(answer).path("errcode");
            code = error.asInt(-1);
        } catch (JsonProcessingException e) {
            code = -1;
        }
        if (code != 0) {
            throw new IOException(address.getHost() + " has not taken it: errcode " + code);
        }
    }

    private URI address() throws IOException {
        String url = config.url().reveal();
        return URI.create(
                config.secret() == null ? url : url + (url.contains("?") ? "&" : "?") + signature(config.secret()));
    }

    private String signature(Secret secret) throws IOException {
        long timestamp = clockMs.getAsLong();
        byte[] key = secret.reveal().getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] sign = mac.doFinal((timestamp + "\n" + secret.reveal()).getBytes(StandardCharsets.UTF_8));
            return "timestamp=" + timestamp + "&sign="
                    + URLEncoder.encode(Base64.getEncoder().encodeToString(sign), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the message cannot be signed (" + e.getClass().getSimpleName() + ")");
        }
    }

    static String body(Format format, Alert alert) {
        ObjectNode message = JSON.createObjectNode();
        switch (format) {
            case JSON:
                return alert.json();
            case SLACK:
                message.put(
                        "text",
                        alert.text().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
                break;
            case DINGTALK:
                message.put("msgtype", "text").putObject("text").put("content", alert.text());
                break;
        }
        return message.toString();
    }
}
