package io.walferry.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The calls of curl that {@code walferry api} prints, made as curl would: a machine may lack it. */
final class PrintedCalls {

    private static final Pattern ADDRESS = Pattern.compile("'?(http://[^' ]*)'?$");
    private static final Pattern METHOD = Pattern.compile("-X ([A-Z]+)");
    private static final Pattern BODY = Pattern.compile("-d '([^']*)'");
    private static final Pattern FILE = Pattern.compile("-F jarfile=@'([^']*)'");
    private static final String BOUNDARY = "walferry-boundary";

    private final List<String> lines;
    private final HttpClient client = HttpClient.newHttpClient();

    PrintedCalls(String printed) {
        this.lines = printed.lines().toList();
    }

    /** Makes the call whose description begins so, with a word of it replaced. */
    JsonNode json(String what, String word, String by) throws Exception {
        String command = word.isEmpty() ? command(what) : command(what).replace(word, by);
        Matcher method = METHOD.matcher(command);
        Matcher body = BODY.matcher(command);
        return send(
                command,
                method.find() ? method.group(1) : "GET",
                "application/json",
                body.find() ? BodyPublishers.ofString(body.group(1)) : BodyPublishers.noBody());
    }

    /** Makes a call that sends a file. */
    JsonNode upload(String what) throws Exception {
        String command = command(what);
        Matcher matcher = FILE.matcher(command);
        assertThat(matcher.find()).as(command).isTrue();
        Path file = Path.of(matcher.group(1));
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
                        + file.getFileName() + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        form.writeBytes(Files.readAllBytes(file));
        form.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return send(
                command,
                "POST",
                "multipart/form-data; boundary=" + BOUNDARY,
                BodyPublishers.ofByteArray(form.toByteArray()));
    }

    private JsonNode send(String command, String method, String type, BodyPublisher body) throws Exception {
        Matcher address = ADDRESS.matcher(command);
        assertThat(address.find()).as(command).isTrue();
        HttpRequest request = HttpRequest.newBuilder(URI.create(address.group(1)))
                .timeout(Duration.ofSeconds(90))
                .header("Content-Type", type)
                .method(method, body)
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(command + "\n" + response.body()).isBetween(200, 299);
        return new ObjectMapper().readTree(response.body());
    }

    private String command(String what) {
        for (int i = 0; i < lines.size() - 1; i++) {
            if (lines.get(i).startsWith("# " + what)) {
                return lines.get(i + 1);
            }
        }
        throw new AssertionError("no call is printed for: " + what);
    }
}
