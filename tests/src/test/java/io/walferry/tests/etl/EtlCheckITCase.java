package io.walferry.tests.etl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.support.TaskRun;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code walferry etl-check}, as its user runs it. */
class EtlCheckITCase {

    @TempDir
    private Path directory;

    private record Ended(int status, String output) {}

    @Test
    void showsWhatTheStatementsMakeOfRealRows() throws Exception {
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                "INSERT INTO public.b SELECT id, n * 2 AS twice, MASK(name) AS name FROM public.a WHERE n > 1");
        try (TaskRun run = TaskRun.shared("etl_check")) {
            run.atSource(
                    "CREATE TABLE public.a (id int PRIMARY KEY, n int, name text)",
                    "INSERT INTO public.a VALUES (1, 1, 'one'), (2, 2, E'two\\ttabs'), (3, 3, NULL)");
            Path task = run.file().more("etl: {file: " + statements + "}\n").write(directory.resolve("task.yaml"));
            Ended text = run("etl-check", task.toString(), "--sample", "5");
            assertThat(text.output())
                    .contains(
                            "public.a -> public.b",
                            "  id int4, as it is from id",
                            "  twice int4, computed",
                            "  name text, computed",
                            "  < id=1, n=1, name=one\n  > (does not arrive)",
                            "  < id=2, n=2, name=two\ttabs\n  > id=2, twice=4, name=********",
                            "  < id=3, n=3, name=NULL\n  > id=3, twice=6, name=NULL");
            assertThat(text.status()).isZero();
            Ended json = run("etl-check", task.toString(), "--json");
            assertThat(json.output()).contains("\"name\" : \"twice\"", "\"type\" : \"pg_catalog.int4\"");

            Files.writeString(statements, "INSERT INTO public.b SELECT id, COUNT(*) AS c FROM public.a");
            Ended wrong = run("etl-check", task.toString());
            assertThat(wrong.output()).contains("column c has COUNT, which needs many rows");
            assertThat(wrong.status()).isEqualTo(2);
        }
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        try (WalferryProcess process = WalferryProcess.start(
                Path.of("..").toAbsolutePath().normalize(), Map.of(), Redirect.to(output.toFile()), arguments)) {
            int status = process.exitStatus();
            return new Ended(status, Files.readString(output));
        }
    }
}
