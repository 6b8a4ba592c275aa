package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that no other test runs as their user does: those about changes of structure, statements and tables loaded anew. */
class VerbsITCase {

    @TempDir
    Path directory;

    @Test
    void aChangeThatTheTargetRefusesIsDecidedAndATableIsLoadedAnew() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "verbs");
        try (OperatedTask task = new OperatedTask("verbs", pair, directory)) {
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 100) i");
            Path filtered = Files.writeString(
                    directory.resolve("filtered.yaml"),
                    Files.readString(task.file()) + "mapping: [{table: public.item, filter: id > 1}]\n");
            Ended check = task.command("etl-check", filtered.toString(), "--sample", "2");
            assertThat(check.status()).as(check.output()).isZero();
            assertThat(check.output()).contains("  < id=1, name=item 1\n  > (does not arrive)");
            Ended nowhere = task.run("stop", "--savepoint", "--savepoint-directory", "/tmp");
            assertThat(nowhere.status()).isEqualTo(2);
            assertThat(nowhere.output()).contains("--savepoint-directory belongs to --savepoint with --rest");
            Ended capture = task.command("ddl", "capture", task.file().toString());
            assertThat(capture.status()).as(capture.output()).isZero();
            assertThat(capture.output()).contains("CREATE EVENT TRIGGER");

            task.start().awaitLive();
            task.atTarget("CREATE TABLE public.taken (id int)");
            task.atSource("CREATE TABLE public.taken (id int PRIMARY KEY)");
            assertThat(task.running().exitStatus()).isEqualTo(1);
            Ended list = task.command("ddl", "list", task.file().toString(), "--last", "1");
            assertThat(list.status()).isZero();
            assertThat(list.output())
                    .contains("  failed  CREATE TABLE", "source: CREATE TABLE public.taken", "already exists");
            assertThat(OperatedTask.JSON
                            .readTree(task.command("ddl", "list", task.file().toString(), "--json")
                                    .output())
                            .findValuesAsText("state"))
                    .containsExactly("failed");
            assertThat(task.command("ddl", "retry", task.file().toString()).status())
                    .isZero();
            assertThat(task.command(
                                    "ddl",
                                    "apply",
                                    task.file().toString(),
                                    "ALTER TABLE public.taken ADD PRIMARY KEY (id)")
                            .status())
                    .isZero();
            task.start().awaitLive();
            task.atSource("INSERT INTO public.taken VALUES (7)");
            task.await("the table is followed", "(SELECT count(*) = 1 FROM public.taken)");
            assertThat(task.command("ddl", "list", task.file().toString()).output())
                    .contains("  replaced  CREATE TABLE");
            Ended none = task.command("ddl", "skip", task.file().toString());
            assertThat(none.status()).isEqualTo(1);
            assertThat(none.output()).contains("No change of structure has failed");

            task.atTarget("UPDATE public.item SET name = 'spoilt' WHERE id = 3");
            Ended asked = task.command("reload", task.file().toString(), "public.item", "--no-wait");
            assertThat(asked.status()).as(asked.output()).isZero();
            assertThat(asked.output()).contains("asked for public.item");
            Ended reload = task.command("reload", task.file().toString(), "public.item", "--within", "100");
            assertThat(reload.status()).as(reload.output()).isZero();
            assertThat(task.one("SELECT name FROM public.item WHERE id = 3")).isEqualTo("item 3");
        }
    }
}
