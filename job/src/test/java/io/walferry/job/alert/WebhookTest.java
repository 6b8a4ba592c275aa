package io.walferry.job.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.walferry.job.config.AlertsConfig.WebhookConfig;
import io.walferry.job.config.AlertsConfig.WebhookConfig.Format;
import io.walferry.job.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookTest {

    private static final Alert ALERT = new Alert(
            "shop",
            "a:5432/shop",
            "b:5432/shop",
            AlertKind.LAG,
            Alert.State.RAISED,
            Instant.parse("2026-01-02T03:04:05.678Z"),
            "lag 75 s <&>");

    private HttpServer server;
    private volatile String query;
    private volatile int status = 200;
    private volatile String answer = "{\"errcode\":0,\"errmsg\":\"ok\"}";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            query = exchange.getRequestURI().getRawQuery();
            byte[] bytes = answer.getBytes();
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Webhook webhook(Format format, String secret) {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/robot?access_token=t0ken";
        return new Webhook(
                "webhook 1",
                new WebhookConfig(new Secret(url), format, secret == null ? null : new Secret(secret)),
                () -> 1_577_262_236_757L);
    }

    @Test
    void speaksEachForm() {
        assertThat(Webhook.body(Format.JSON, ALERT))
                .isEqualTo("{\"task\":\"shop\",\"event\":\"lag\",\"state\":\"raised\","
                        + "\"title\":\"Walferry task shop: the target is behind\",\"words\":\"lag 75 s <&>\","
                        + "\"since\":\"2026-01-02T03:04:05Z\",\"source\":\"a:5432/shop\",\"target\":\"b:5432/shop\"}");
        assertThat(Webhook.body(Format.SLACK, ALERT))
                .isEqualTo("{\"text\":\"Walferry task shop: the target is behind\\nlag 75 s &lt;&amp;&gt;\\n"
                        + "a:5432/shop -&gt; b:5432/shop, since 2026-01-02T03:04:05Z\"}");
        assertThat(Webhook.body(Format.DINGTALK, ALERT))
                .startsWith("{\"msgtype\":\"text\",\"text\":{\"content\":\"Walferry task shop: ");
    }

    @Test
    void signsForDingTalk() throws Exception {
        webhook(Format.DINGTALK, "this is secret").send(ALERT);
        // printf '1577262236757\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64
        assertThat(query)
                .isEqualTo(
                        "access_token=t0ken&timestamp=1577262236757&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JSON | 500 | gone | has answered with status 500",
                "SLACK | 302 | gone | has answered with status 302",
                "DINGTALK | 200 | {\"errcode\":310000} | errcode 310000",
                "DINGTALK | 200 | <html> | errcode -1",
            })
    void tellsARefusalWithoutTheAddress(Format format, int withStatus, String withAnswer, String expected) {
        status = withStatus;
        answer = withAnswer;
        assertThatThrownBy(() -> webhook(format, null).send(ALERT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("t0ken");
    }

    @Test
    void tellsAnAddressThatNobodyListensAtWithoutItsToken() {
        Webhook webhook = webhook(Format.JSON, null);
        server.stop(0);
        assertThatThrownBy(() -> webhook.send(ALERT))
                .isInstanceOf(IOException.class)
                .hasMessage("127.0.0.1 cannot be reached (ConnectException)");
    }
}
