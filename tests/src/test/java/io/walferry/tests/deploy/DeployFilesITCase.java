package io.walferry.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.tests.command.WalferryProcess;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifest, image file and unit fit what they are for. */
class DeployFilesITCase {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final String OPERATOR = "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

    @TempDir
    Path directory;

    @Test
    void theManifestFitsTheOperatorAndHoldsATaskFile() throws Exception {
        JsonNode deployment = document("FlinkDeployment");
        assertThat(operatorSchema().validate(deployment)).isEmpty();

        ObjectNode misspelt = deployment.deepCopy();
        ((ObjectNode) misspelt.at("/spec/job")).put("upgradeMod", "last-state");
        assertThat(operatorSchema().validate(misspelt))
                .as("the check sees a wrong key")
                .hasSize(1);

        Path file = Files.writeString(
                directory.resolve("task.yaml"),
                document("ConfigMap").at("/data/task.yaml").asText());
        TaskConfig task = TaskFile.load(file, name -> "secret");
        int slots = Integer.parseInt(deployment
                .at("/spec/flinkConfiguration/taskmanager.numberOfTaskSlots")
                .asText());
        assertThat(slots)
                .isGreaterThanOrEqualTo(task.load().parallelism())
                .isGreaterThanOrEqualTo(task.apply().writers())
                .isGreaterThanOrEqualTo(task.verify().parallelism());
        assertThat(deployment
                        .at("/spec/podTemplate/spec/securityContext/runAsNonRoot")
                        .asBoolean())
                .isTrue();
    }

    /** The operator's own schema; Kubernetes refuses what it does not name, which a schema has to be told. */
    private static com.networknt.schema.JsonSchema operatorSchema() throws IOException {
        try (InputStream file = DeployFilesITCase.class.getResourceAsStream(OPERATOR)) {
            ObjectNode schema = (ObjectNode) YAML.readTree(file).at("/spec/versions/0/schema/openAPIV3Schema");
            ObjectNode known = (ObjectNode) schema.get("properties");
            for (String always : new String[] {"apiVersion", "kind", "metadata"}) {
                known.putObject(always);
            }
            close(schema);
            return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(schema);
        }
    }

    private static void close(JsonNode schema) {
        if (schema.isObject()
                && schema.path("properties").isObject()
                && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
        schema.forEach(DeployFilesITCase::close);
        if (schema.isObject()) {
            ((ObjectNode) schema).remove("x-kubernetes-int-or-string"); // The validator knows no such word.
        }
    }

    private static JsonNode document(String kind) throws IOException {
        try (var documents = YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(
                        HOME.resolve("deploy/kubernetes/walferry.yaml").toFile())) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                if (document.at("/kind").asText().equals(kind)) {
                    return document;
                }
            }
            throw new AssertionError("no " + kind);
        }
    }

    /** Copies what the image file copies, to where it copies it, and runs the command there. */
    @Test
    void theImageHasAllThatTheCommandNeeds() throws Exception {
        String embedded = Files.readString(HOME.resolve("deploy/docker/Dockerfile"));
        embedded = embedded.substring(embedded.indexOf("AS embedded"));
        Matcher copies = Pattern.compile("COPY (?:--from=build )?(\\S+) (\\S+)").matcher(embedded);
        int count = 0;
        while (copies.find()) {
            Path from = HOME.resolve(copies.group(1).replace("/src/", ""));
            Path to = directory.resolve(copies.group(2));
            Files.createDirectories(to.getParent());
            try (DirectoryStream<Path> found = Files.newDirectoryStream(
                    from.getParent(), from.getFileName().toString())) {
                for (Path file : found) {
                    copy(file, copies.group(2).endsWith("/") ? to.resolve(file.getFileName()) : to);
                    count++;
                }
            }
        }
        assertThat(count).isEqualTo(4);
        Path output = directory.resolve("output");
        try (WalferryProcess process =
                WalferryProcess.start(directory, Map.of(), Redirect.to(output.toFile()), "version")) {
            assertThat(process.exitStatus()).as(Files.readString(output)).isZero();
        }
        assertThat(Files.readString(output)).startsWith("walferry ");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void theUnitIsOneThatSystemdUnderstands() throws Exception {
        String unit = Files.readString(HOME.resolve("deploy/systemd/walferry@.service"));
        assertThat(unit).contains("ExecStart=/opt/walferry/deploy/bin/walferry run /etc/walferry/%i.yaml");
        Path analyze = Path.of("/usr/bin/systemd-analyze");
        if (!Files.isExecutable(analyze)) {
            System.out.println("DeployFilesITCase: systemd is not here, so its unit was only read");
            return;
        }
        Path here = Files.writeString(
                directory.resolve("walferry@.service"), unit.replace("/opt/walferry", HOME.toString()));
        Path output = directory.resolve("said");
        List<String> command = new ArrayList<>(List.of(analyze.toString(), "verify", here.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        assertThat(Files.readString(output)).doesNotContain("walferry@");
    }

    /** The command of the unit, run by a shell of here on task files of here: only those with a section alerts are watched. */
    @Test
    void theUnitThatWatchesFindsTheTasks() throws Exception {
        String unit = Files.readString(HOME.resolve("deploy/systemd/walferry-watch.service"));
        Matcher command = Pattern.compile("(?m)^ExecStart=/bin/sh -c '(.*)'$").matcher(unit);
        assertThat(command.find()).isTrue();
        Files.copy(HOME.resolve("conf/alerts.yaml"), directory.resolve("watched.yaml"));
        Files.copy(HOME.resolve("conf/minimal.yaml"), directory.resolve("other.yaml"));
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        command.group(1)
                                .replace("$$", "$") // A dollar sign, as systemd reads it.
                                .replace("exec /opt/walferry/deploy/bin/walferry", "echo")
                                .replace("/etc/walferry", directory.toString()))
                .redirectErrorStream(true);
        Process process = builder.start();
        assertThat(new String(process.getInputStream().readAllBytes()).strip())
                .isEqualTo("watch " + directory.resolve("watched.yaml"));
        assertThat(process.waitFor()).isZero();
    }
}
