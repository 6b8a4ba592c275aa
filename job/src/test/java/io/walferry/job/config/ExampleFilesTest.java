package io.walferry.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExampleFilesTest {

    private static final Path EXAMPLES = Path.of("..", "conf");

    @TempDir
    Path certificates;

    private final Map<String, String> environment = new HashMap<>();

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @BeforeEach
    void provideWhatTheExamplesName() throws IOException {
        for (String file : List.of("source-ca.pem", "target-ca.pem", "walferry.pem", "walferry.pk8")) {
            Files.writeString(certificates.resolve(file), "");
        }
        Files.writeString(certificates.resolve("target-password"), "b\n");
        environment.putAll(Map.of(
                "SOURCE_PASSWORD", "a", "TARGET_PASSWORD", "b", "CERTIFICATES", certificates.toString(), "HOME", "/"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void loads(Path example) {
        assertThat(TaskFile.load(example, environment::get).task()).isNotEmpty();
    }

    @Test
    void showsTheDefaultsAsTheyAre() {
        TaskConfig everything = TaskFile.load(EXAMPLES.resolve("everything.yaml"), environment::get);
        assertThat(everything.load()).isEqualTo(LoadConfig.DEFAULT);
        assertThat(everything.apply()).isEqualTo(ApplyConfig.DEFAULT);
        assertThat(everything.source().ssl()).isEqualTo(SslConfig.PREFER);
        assertThat(everything.checkpoint().interval()).isEqualTo(CheckpointConfig.DEFAULT_INTERVAL);
        assertThat(everything.verify().masked()).containsExactly("billing.invoices.iban");
        VerifyConfig verify = everything.verify();
        assertThat(new VerifyConfig(
                        verify.mode(),
                        verify.percent(),
                        verify.direction(),
                        verify.parallelism(),
                        verify.rowsPerSecond(),
                        verify.kept(),
                        verify.looks(),
                        verify.patience(),
                        List.of()))
                .isEqualTo(VerifyConfig.DEFAULT);
    }
}
