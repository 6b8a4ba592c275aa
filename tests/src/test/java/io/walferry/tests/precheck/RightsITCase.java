package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.precheck.CheckResult;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rights that are missing are told with the statements that grant them. */
class RightsITCase {

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
    void theSourceUserMayDoNothingUntilTheRemediesAreCarriedOut() throws Exception {
        String role = task.role(Finding.Side.SOURCE, "REPLICATION");
        task.atSource(
                "CREATE ROLE \"" + role + "_owner\"",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.sold (id serial PRIMARY KEY)",
                "ALTER TABLE shop.sold OWNER TO \"" + role + "_owner\"",
                "ALTER TABLE public.item OWNER TO \"" + role + "_owner\"",
                "REVOKE ALL ON SCHEMA public FROM PUBLIC");
        try {
            task.objects("  schemas: [public, shop]\n");
            CheckResult result = task.check(CheckItem.SOURCE_RIGHTS);
            assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
            assertThat(result.findings())
                    .extracting(Finding::what)
                    .containsExactlyInAnyOrder(
                            "user " + role + " may not make a publication in this database",
                            "they belong to " + role + "_owner, and user " + role + " has no part in that role",
                            "the task's user may not read it",
                            "the task's user may not read it",
                            "the task's user may not read it");
            task.mend(result);
            assertThat(task.check(CheckItem.SOURCE_RIGHTS).findings()).isEmpty();
        } finally {
            task.atSource("DROP OWNED BY \"" + role + "_owner\"", "DROP ROLE \"" + role + "_owner\"");
        }
    }

    @Test
    void rowSecurityHidesRowsUntilTheRemedyIsCarriedOut() throws Exception {
        String role = task.role(Finding.Side.SOURCE, "REPLICATION");
        task.atSource(
                "GRANT SELECT ON public.item TO \"" + role + "\"",
                "ALTER TABLE public.item ENABLE ROW LEVEL SECURITY",
                "GRANT CREATE ON DATABASE \"" + task.pair().sourceDatabase() + "\" TO \"" + role + "\"");
        Finding hidden = task.check(CheckItem.SOURCE_RIGHTS).findings().stream()
                .filter(finding -> finding.what().contains("row security"))
                .findFirst()
                .orElseThrow();
        task.mend(hidden);
        assertThat(task.check(CheckItem.SOURCE_RIGHTS).findings())
                .extracting(Finding::what)
                .noneMatch(what -> what.contains("row security"));
    }

    @Test
    void theTargetUserMayDoNothingUntilTheRemediesAreCarriedOut() throws Exception {
        String role = task.role(Finding.Side.TARGET, "");
        task.atTarget(
                "REVOKE ALL ON SCHEMA public FROM PUBLIC",
                "REVOKE ALL ON DATABASE \"" + task.pair().targetDatabase() + "\" FROM PUBLIC",
                "GRANT CONNECT ON DATABASE \"" + task.pair().targetDatabase() + "\" TO \"" + role + "\"");
        CheckResult result = task.check(CheckItem.TARGET_RIGHTS);
        assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
        assertThat(result.findings())
                .extracting(Finding::what)
                .containsExactly(
                        "user " + role + " may not create schemas in this database",
                        "user " + role + " may not make temporary tables",
                        "user " + role + " may not create tables in it");
        task.mend(result);
        assertThat(task.check(CheckItem.TARGET_RIGHTS).findings()).isEmpty();
        assertThat(task.traces()).isEmpty();
    }

    @Test
    void aReadOnlyTargetUserIsRefusedUntilTheRemedyIsCarriedOut() throws Exception {
        String role = task.role(Finding.Side.TARGET, "");
        task.atTarget("ALTER ROLE \"" + role + "\" SET default_transaction_read_only = on");
        CheckResult result = task.check(CheckItem.TARGET_PRIMARY);
        assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
        task.mend(result);
        assertThat(task.check(CheckItem.TARGET_PRIMARY).findings()).isEmpty();
    }

    @Test
    void tablesOfTheTargetAreClosedUntilTheRemediesAreCarriedOut() throws Exception {
        String role = task.role(Finding.Side.TARGET, "");
        task.atTarget(
                "GRANT ALL ON DATABASE \"" + task.pair().targetDatabase() + "\" TO \"" + role + "\"",
                "GRANT CREATE ON SCHEMA public TO \"" + role + "\"",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.item (id int PRIMARY KEY, name text)",
                "CREATE TABLE shop.emptied (id int PRIMARY KEY)",
                "ALTER TABLE shop.item ENABLE ROW LEVEL SECURITY",
                "GRANT SELECT, INSERT ON shop.item TO \"" + role + "\"");
        task.atSource("CREATE TABLE public.emptied (id int PRIMARY KEY)");
        task.more(
                """
                mapping:
                  - {table: public.item, to: shop.item, on-existing: proceed}
                  - {table: public.emptied, to: shop.emptied, on-existing: truncate}
                """);
        CheckResult result = task.check(CheckItem.TARGET_RIGHTS);
        assertThat(result.state()).isEqualTo(CheckResult.State.ERROR);
        assertThat(result.findings())
                .extracting(Finding::where, Finding::what)
                .containsExactlyInAnyOrder(
                        tuple("target schema shop", "user " + role + " may not look into it"),
                        tuple(
                                "target table shop.item",
                                "user " + role + " may not do all that the task does: UPDATE, DELETE"),
                        tuple("target table shop.item", "row security applies to user " + role),
                        tuple(
                                "target table shop.emptied",
                                "user " + role
                                        + " may not do all that the task does: SELECT, INSERT, UPDATE, DELETE, TRUNCATE"));
        task.mend(result);
        assertThat(task.check(CheckItem.TARGET_RIGHTS).findings()).isEmpty();
    }

    @Test
    void recordsOfAnotherUsersTaskAreClosedUntilTheRemediesAreCarriedOut() throws Exception {
        String role = task.role(Finding.Side.TARGET, "");
        task.atTarget(
                "GRANT ALL ON DATABASE \"" + task.pair().targetDatabase() + "\" TO \"" + role + "\"",
                "GRANT ALL ON SCHEMA public TO \"" + role + "\"");
        for (String sql : io.walferry.job.sql.ControlSql.create()) {
            task.atTarget(sql);
        }
        CheckResult result = task.check(CheckItem.TARGET_RIGHTS);
        assertThat(result.findings()).extracting(Finding::where).containsOnly("target schema walferry");
        assertThat(result.findings()).hasSize(2);
        task.mend(result);
        assertThat(task.check().findings().stream()
                        .filter(finding -> List.of(CheckItem.TARGET_RIGHTS, CheckItem.TASK_RECORDS)
                                .contains(finding.item())))
                .isEmpty();
    }
}
