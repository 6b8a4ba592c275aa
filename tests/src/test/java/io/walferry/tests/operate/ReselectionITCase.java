package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.support.Comparison;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code walferry add-tables} and {@code remove-tables}: the tables of a task that has started change, and nothing is lost. */
class ReselectionITCase {

    @TempDir
    Path directory;

    private OperatedTask task;

    @Test
    void aTaskGetsAndLosesTables() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "reselected");
        try (OperatedTask operated = new OperatedTask("reselected", pair, directory)) {
            task = operated;
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 500) i",
                    "CREATE TABLE public.going (id int PRIMARY KEY)",
                    "INSERT INTO public.going VALUES (1)",
                    "CREATE TYPE public.mood AS ENUM ('good', 'bad')",
                    "CREATE TABLE public.coming (id bigserial PRIMARY KEY, item int REFERENCES public.item, mood public.mood)",
                    "INSERT INTO public.coming (item, mood) SELECT i % 500 + 1, 'good' FROM generate_series(1, 3000) i",
                    "CREATE INDEX coming_item ON public.coming (item)",
                    "CREATE TABLE public.keyless (what text)",
                    "INSERT INTO public.keyless SELECT 'same' FROM generate_series(1, 40) i");
            task.startFile(selecting("public.item", "public.going")).awaitLive();
            Path added = selecting("public.item", "public.going", "public.coming", "public.keyless");
            assertRefused(command("add-tables", added), "it runs", "walferry stop");
            stop();
            assertRefused(command("run", added), "walferry add-tables");
            assertRefused(command("remove-tables", added), "public.coming, public.keyless", "walferry add-tables");
            assertRefused(
                    command("add-tables", Files.writeString(added, Files.readString(added) + "operations: [insert]\n")),
                    "more has changed in the task file");

            added = selecting("public.item", "public.going", "public.coming", "public.keyless");
            Path marking = selecting("public.item", "public.going");
            Files.writeString(marking, Files.readString(marking) + "soft-delete: gone\n");
            assertRefused(command("run", marking), "soft-delete", "are not those it was started with");
            added = selecting("public.item", "public.going", "public.coming", "public.keyless");
            task.atTarget("CREATE TABLE public.keyless (other int)");
            assertRefused(command("add-tables", added), "SQLSTATE 42P07", "Remove what is in the way");
            assertThat(task.one("SELECT to_regclass('public.coming') IS NULL")).isEqualTo("t");
            task.atTarget("DROP TABLE public.keyless");
            Ended rehearsal = command("add-tables", added, "--dry-run");
            assertThat(rehearsal.output()).contains("CREATE TABLE", "would be added public.coming, public.keyless");
            assertThat(task.one("SELECT to_regclass('public.coming') IS NULL")).isEqualTo("t");

            change();
            Ended done = command("add-tables", added);
            assertThat(done.status()).as(done.output()).isZero();
            assertThat(done.output()).contains("added public.coming, public.keyless");
            assertThat(command("add-tables", added).output()).contains("the task has the tables that the file selects");
            change();
            try (Connection blocker = pair.openTarget()) {
                blocker.setAutoCommit(false);
                OperatedTask.execute(blocker, "LOCK TABLE public.coming IN SHARE MODE");
                task.startFile(added);
                change();
                task.await(
                        "it waits for the table",
                        "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%coming%')");
                task.running().close();
                blocker.rollback();
            }
            change();
            task.startFile(added).awaitLive();
            change();
            awaitEqual(pair, List.of());
            change();
            awaitEqual(pair, List.of());
            assertThat(task.one("SELECT count(*) FROM pg_constraint WHERE conrelid = 'public.coming'::regclass"
                            + " AND contype = 'f'"))
                    .isEqualTo("1");

            stop();
            Path removed = selecting("public.item", "public.coming", "public.keyless");
            task.atSource("INSERT INTO public.going VALUES (2)");
            assertThat(command("remove-tables", removed, "--dry-run").output())
                    .contains("would be removed public.going");
            Ended gone = command("remove-tables", removed);
            assertThat(gone.status()).as(gone.output()).isZero();
            assertThat(gone.output())
                    .contains(
                            "table public.going is no longer selected: it stays at the target", "removed public.going");
            assertThat(task.oneAtSource(
                            "SELECT count(*) FROM pg_publication_tables WHERE pubname = 'walferry_reselected'"
                                    + " AND tablename = 'going'"))
                    .isEqualTo("0");
            task.startFile(removed).awaitLive();
            task.atSource("INSERT INTO public.going VALUES (3)", "ALTER TABLE public.going ADD COLUMN more int");
            change();
            awaitEqual(pair, List.of("public.going"));
            assertThat(task.one("SELECT string_agg(id::text, ',') FROM public.going"))
                    .isEqualTo("1");
        }
    }

    private void change() throws Exception {
        task.atSource(
                "UPDATE public.item SET name = name || '+' WHERE id % 7 = 0",
                "INSERT INTO public.coming (item, mood) SELECT i, 'bad' FROM generate_series(1, 20) i",
                "DELETE FROM public.coming WHERE id % 11 = 0",
                "INSERT INTO public.keyless VALUES ('same'), ('other')",
                "DELETE FROM public.keyless WHERE ctid = (SELECT ctid FROM public.keyless LIMIT 1)");
    }

    private void awaitEqual(DatabasePair pair, List<String> exclude) throws Exception {
        String wal = task.oneAtSource("SELECT pg_current_wal_lsn()");
        task.await(
                "the target is in step",
                "(SELECT applied_lsn >= '" + wal + "'::pg_lsn FROM walferry.status)"
                        + " AND NOT EXISTS (SELECT FROM walferry.reload WHERE state = 'waiting')");
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget()) {
            assertThat(Comparison.of(source, target, exclude).differences()).isEmpty();
        }
    }

    private void stop() throws Exception {
        assertThat(task.running().stop()).isZero();
    }

    private static void assertRefused(Ended ended, String... words) {
        assertThat(ended.status()).as(ended.output()).isEqualTo(3);
        assertThat(ended.output()).contains(words).doesNotContain("\tat ");
    }

    private Ended command(String verb, Path file, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(verb, file.toString()));
        arguments.addAll(List.of(options));
        return task.command(arguments.toArray(String[]::new));
    }

    /** The task's file, with these tables. */
    private Path selecting(String... tables) throws Exception {
        String text = Files.readString(task.file())
                .replace("schemas: [public]", "tables: [" + String.join(", ", tables) + "]");
        return Files.writeString(directory.resolve("selecting.yaml"), text);
    }
}
