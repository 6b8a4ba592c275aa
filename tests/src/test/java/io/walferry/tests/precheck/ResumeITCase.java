package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.RefusedException;
import io.walferry.job.pipeline.TaskPreparation;
import io.walferry.job.precheck.CheckResult;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every start looks first: a refused one makes nothing, and one that goes on looks at what matters then. */
class ResumeITCase {

    @TempDir
    Path directory;

    private PrecheckTask task;

    @BeforeEach
    void makeATask() throws SQLException {
        task = PrecheckTask.shared(directory);
    }

    @AfterEach
    void drop() throws SQLException {
        task.close();
    }

    @Test
    void aRefusedStartMakesNothingAndTellsAllProblemsAtOnce() throws Exception {
        task.atSource(
                "CREATE TABLE public.keyless (what text)",
                "SELECT pg_create_logical_replication_slot('walferry_precheck', 'pgoutput')");
        assertThatThrownBy(() -> TaskPreparation.prepare(task.config(), line -> {}))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("2 problems")
                .hasMessageContaining("REPLICA IDENTITY FULL")
                .hasMessageContaining("pg_drop_replication_slot('walferry_precheck')");
        assertThat(task.traces()).containsExactly("slot walferry_precheck");
    }

    @Test
    void warningsAreToldAtTheStartUnlessTheyAreAccepted() throws Exception {
        task.atSource("CREATE PUBLICATION walferry_precheck FOR TABLE public.item");
        assertThat(linesOfAStart())
                .anyMatch(line -> line.startsWith("warning leftovers: publication walferry_precheck"));
    }

    @Test
    void acceptedWarningsAreNotTold() throws Exception {
        task.atSource("CREATE PUBLICATION walferry_precheck FOR TABLE public.item");
        task.accept("leftovers");
        assertThat(linesOfAStart()).noneMatch(line -> line.contains("leftovers"));
    }

    @Test
    void aStartedTaskIsCheckedForWhatItNeedsToGoOn() throws Exception {
        linesOfAStart();
        CheckResult records = task.check(CheckItem.TASK_RECORDS);
        assertThat(records.findings()).isEmpty();
        assertThat(task.check().result(CheckItem.LEFTOVERS)).isEmpty();
        assertThat(task.check().result(CheckItem.TARGET_CONFLICTS)).isEmpty();

        task.atSource("CREATE TABLE public.more (id int PRIMARY KEY)");
        assertThat(problems()).as("a table that came meanwhile is followed").isEmpty();
        task.atSource("DROP TABLE public.more", "DROP PUBLICATION walferry_precheck");
        assertThat(problems()).singleElement().asString().contains("it is gone");
        task.atSource("SELECT pg_drop_replication_slot('walferry_precheck')");
        assertThat(problems()).hasSize(2).anyMatch(problem -> problem.contains("the slot does not exist any more"));
        assertThatThrownBy(() -> TaskPreparation.prepare(task.config(), line -> {}))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("2 problems");
    }

    private List<String> linesOfAStart() throws Exception {
        List<String> lines = new ArrayList<>();
        TaskPreparation.prepare(task.config(), lines::add);
        return lines;
    }

    private List<String> problems() throws Exception {
        return task.check(CheckItem.TASK_RECORDS).findings().stream()
                .map(Finding::toString)
                .toList();
    }
}
