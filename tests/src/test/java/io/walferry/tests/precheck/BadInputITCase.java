package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.command.WalferryProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code walferry run} with what cannot be: it says where, what and how to fix, and creates nothing at either side. */
class BadInputITCase {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    private PrecheckTask task;

    @BeforeEach
    void makeATask() throws SQLException {
        task = PrecheckTask.shared(directory);
        task.atSource("CREATE TABLE public.other (id int PRIMARY KEY, what numeric)");
    }

    @AfterEach
    void drop() throws SQLException {
        task.close();
    }

    @Test
    void aTableThatIsNotThere() throws Exception {
        task.objects("  tables: [public.nowhere]\n");
        refuses(3, "pattern public.nowhere", "no table or view of the source matches");
    }

    @Test
    void namesThatMeet() throws Exception {
        task.more("mapping:\n  - table: public.item\n    to: public.other\n");
        refuses(3, "target table public.other: public.item, public.other would all arrive there");
    }

    @Test
    void tablesThatDoNotFitIntoOne() throws Exception {
        task.more(
                """
                mapping:
                  - from: public.(.*)
                    to: public.both
                    constant: {column: origin, type: text, value: $1}
                """);
        refuses(3, "it arrives at public.both and has other columns than public.item");
    }

    @Test
    void patternsThatMakeNoSense() throws Exception {
        task.more("mapping:\n  - from: public.((\n    to: shop.$1\n");
        refuses(2, "line 17: mapping[1].from is no pattern: write schema.table with (.*)");
        task.more("mapping:\n  - from: public.(.*)\n    to: shop.$7\n");
        refuses(2, "line 18: mapping[1].to", "$7");
        task.more("mapping:\n  - from: public.(.*)\n    to: public.same\n");
        refuses(3, "target table public.same: public.item, public.other would all arrive there");
        // Round in a circle, with one that would go where another stays.
        task.atSource("CREATE TABLE public.third (id int PRIMARY KEY)");
        task.more(
                """
                mapping:
                  - table: public.item
                    to: public.other
                  - table: public.other
                    to: public.item
                  - table: public.third
                    to: public.item
                """);
        refuses(3, "target table public.item: public.other, public.third would all arrive there");
    }

    @Test
    void aWrongPassword() throws Exception {
        task.with("target", "password", "wrong-secret-of-mine");
        refuses(3, "password", "target").doesNotContain("wrong-secret-of-mine");
    }

    @Test
    void aWrongCertificate() throws Exception {
        Path file = Files.writeString(directory.resolve("ca.pem"), "no certificate");
        task.with("source", "ssl", "{mode: verify-ca, ca-certificate: " + file + "}");
        refuses(1, "source 127.0.0.1:", "the server does not speak TLS", "set source.ssl.mode to prefer");
        task.with("source", "ssl", "{mode: verify-ca, ca-certificate: " + directory.resolve("nothing.pem") + "}");
        refuses(2, "line ", "source.ssl.ca-certificate", "nothing.pem");
    }

    private org.assertj.core.api.AbstractStringAssert<?> refuses(int status, String... words)
            throws IOException, InterruptedException, SQLException {
        Path output = directory.resolve("output");
        try (WalferryProcess process = WalferryProcess.start(
                HOME,
                Map.of("XDG_STATE_HOME", directory.resolve("state").toString()),
                Redirect.to(output.toFile()),
                "run",
                task.write().toString())) {
            assertThat(process.exitStatus()).as(Files.readString(output)).isEqualTo(status);
        }
        assertThat(task.traces()).isEmpty();
        return assertThat(Files.readString(output)).contains(words).doesNotContain("Exception", "\tat ");
    }
}
