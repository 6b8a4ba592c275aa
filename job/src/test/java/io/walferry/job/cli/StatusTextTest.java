package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.ApplyConfig;
import io.walferry.job.config.CheckpointConfig;
import io.walferry.job.config.Endpoint;
import io.walferry.job.config.LoadConfig;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.config.Secret;
import io.walferry.job.config.SslConfig;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.model.TableId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTextTest {

    private static final OptionalLong UNKNOWN = OptionalLong.empty();
    private static final TaskConfig CONFIG = new TaskConfig(
            "orders",
            endpoint("source.example.com"),
            endpoint("target.example.com"),
            new ObjectsConfig(List.of("public"), List.of(), List.of(), List.of(), List.of(), List.of(), false),
            LoadConfig.DEFAULT,
            ApplyConfig.DEFAULT,
            new CheckpointConfig(Duration.ofSeconds(5), "/tmp"));

    private static Endpoint endpoint(String host) {
        return new Endpoint(host, 5432, "shop", "walferry", new Secret(""), SslConfig.PREFER);
    }

    private static TaskStatus loading() {
        return new TaskStatus(
                "load",
                "",
                new TaskStatus.Job(
                        true,
                        Optional.of("db1"),
                        OptionalLong.of(2),
                        OptionalLong.of(300),
                        OptionalLong.of(61_000),
                        Optional.empty(),
                        Optional.empty()),
                new TaskStatus.Load(
                        1,
                        14,
                        8,
                        2_400_000,
                        251_700_000,
                        0.5,
                        OptionalLong.of(240_000),
                        OptionalLong.of(25_000_000),
                        OptionalLong.of(10)),
                new TaskStatus.Changes(0, UNKNOWN, UNKNOWN, OptionalLong.of(0), OptionalLong.of(0), UNKNOWN),
                new TaskStatus.Positions(OptionalLong.of(0x2CDBEFA0L), UNKNOWN, OptionalLong.of(0x2CDBEF18L)),
                new TaskStatus.Slot("walferry_orders", "inactive", OptionalLong.of(192), UNKNOWN),
                Optional.empty(),
                Map.of(),
                3,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(
                        table("a_table_with_a_name_that_is_long_indeed", 4, 10, OptionalLong.of(80_000)),
                        table("orders", 4, 4, UNKNOWN)));
    }

    private static TaskStatus.Table table(String name, long loaded, long chunks, OptionalLong rate) {
        return new TaskStatus.Table(
                new TableId("public", name),
                loaded < chunks ? "loading" : "loaded",
                chunks,
                loaded,
                loaded * 100_000,
                chunks * 100_000,
                loaded * 10_000_000,
                rate,
                rate,
                rate.isPresent() ? OptionalLong.of(7) : UNKNOWN);
    }

    @Test
    void aTableWithoutAPlanIsNotLoaded() {
        TaskStatus.Table planned = table("planned", 0, 0, UNKNOWN);
        TaskStatus.Table created =
                new TaskStatus.Table(planned.id(), TaskStatus.WAITING, 0, 0, 0, 1000, 0, UNKNOWN, UNKNOWN, UNKNOWN);
        assertThat(created.isLoaded()).isFalse();
        assertThat(created.share()).isZero();
        assertThat(planned.isLoaded()).isTrue();
        assertThat(planned.share()).isEqualTo(1);
    }

    @Test
    void drawsBarsOnATerminalOf80Columns() {
        assertThat(new StatusText(new Styles(false, 79), true).lines(CONFIG, loading(), 100))
                .containsExactly(
                        "task     orders   source.example.com:5432/shop -> target.example.com:5432/shop",
                        "phase    load   running for 1 min 1 s on db1   2 writers",
                        "load     [##########----------] 50%   1 of 2 tables   2,400,000 rows   251.7 MB",
                        "         240,000 rows/s   25.0 MB/s   about 10 s left",
                        "slot     walferry_orders inactive   keeps 192 B of WAL",
                        "at       source 0/2CDBEFA0   acknowledged 0/2CDBEF18",
                        "",
                        "table                          state    chunks     rows     size  rows/s   left",
                        "public.a_table_with_a_name_t…  loading    4/10  400,000  40.0 MB  80,000  7.0 s",
                        "public.orders                  loaded      4/4  400,000  40.0 MB");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 79, 120, 199})
    void neverExceedsTheColumns(int columns) {
        assertThat(new StatusText(new Styles(false, columns), true).lines(CONFIG, loading(), 100))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
    }

    private static TaskStatus inPhase(String phase, String activity, boolean running, String failure) {
        TaskStatus loading = loading();
        return new TaskStatus(
                phase,
                activity,
                new TaskStatus.Job(
                        running,
                        Optional.of("db1.a-host-with-a-long-name.example.com"),
                        OptionalLong.of(2),
                        running ? OptionalLong.of(300) : OptionalLong.of(7_200_000),
                        OptionalLong.of(61_000),
                        Optional.ofNullable(failure),
                        Optional.empty()),
                new TaskStatus.Load(2, 14, 14, 2_400_000, 251_700_000, 1, UNKNOWN, UNKNOWN, UNKNOWN),
                new TaskStatus.Changes(
                        1_234_567_890,
                        OptionalLong.of(86_400_000),
                        OptionalLong.of(123_456_789_012L),
                        OptionalLong.of(98_765),
                        OptionalLong.of(12_345_678),
                        OptionalLong.of(3_600_000)),
                new TaskStatus.Positions(
                        OptionalLong.of(0x2CDBEFA0L), OptionalLong.of(0x2CDBEF18L), OptionalLong.of(0x2CDBEF18L)),
                new TaskStatus.Slot("walferry_orders", "lost", OptionalLong.of(192), OptionalLong.of(1_000_000_000)),
                Optional.of(new TaskStatus.LastStep("ALTER TABLE", 0x2CDBEF18L, 61_000)),
                Map.of(),
                3,
                2,
                1,
                Optional.of(new TaskStatus.FailedChange("0/2CDBEF18/12", "CREATE MATERIALIZED VIEW")),
                Optional.of(new TaskStatus.Verification(7, 3, 86_400_000)),
                loading.tables());
    }

    static Stream<TaskStatus> inEachPhase() {
        String activity =
                "creating index orders_that_has_a_name_of_its_own_which_is_rather_long_idx on public.orders: 3 of 7";
        String failure =
                "target table public.orders: " + "a_word_without_any_blank_in_it/".repeat(9) + ". Grant the right";
        return Stream.of(
                inPhase(TaskStatus.PRECHECK, "", false, null),
                inPhase(TaskStatus.SCHEMA, activity, false, null),
                inPhase("load", activity, true, null),
                inPhase("index", activity, true, null),
                inPhase(TaskStatus.CATCH_UP, "", true, null),
                inPhase(TaskStatus.LIVE, "", true, null),
                inPhase(TaskStatus.PAUSING, "", true, null),
                inPhase(TaskStatus.PAUSED, "", true, null),
                inPhase(TaskStatus.CUT_OVER, "", true, null),
                inPhase(TaskStatus.ENDED, "", false, null),
                inPhase(TaskStatus.DOWN, "", false, null),
                inPhase(TaskStatus.FAILED, "", false, failure + "\n  the last: " + failure));
    }

    @ParameterizedTest
    @MethodSource("inEachPhase")
    void fitsIntoTheWindowInEachPhaseWithColoursAndWithout(TaskStatus status) {
        for (int columns : new int[] {40, 79, 199}) {
            for (boolean colours : new boolean[] {true, false}) {
                List<String> lines = new StatusText(new Styles(colours, columns), true).lines(CONFIG, status, 100);
                assertThat(lines)
                        .allSatisfy(line -> assertThat(LineWrap.width(line)).isLessThanOrEqualTo(columns))
                        // A style ends in its line.
                        .allSatisfy(line -> assertThat(line.split("\u001b\\[0m", -1).length)
                                .isEqualTo(line.split("\u001b\\[[1-9][0-9]*m", -1).length));
            }
        }
        assertThat(new StatusText(Styles.PLAIN, false).lines(CONFIG, status, 100))
                .noneMatch(line -> line.contains("\u001b"));
    }

    @Test
    void tellsHowManyTablesHaveNoRoom() {
        assertThat(new StatusText(Styles.PLAIN, false).lines(CONFIG, loading(), 2))
                .last()
                .isEqualTo("and 2 more: walferry tables");
    }

    @Test
    void isOneLineForALog() {
        assertThat(new StatusText(Styles.PLAIN, false).line("orders", loading()))
                .isEqualTo("orders: load: 50%, 1 of 2 tables, 2,400,000 rows, 251.7 MB, 240,000 rows/s, 25.0 MB/s,"
                        + " about 10 s left");
    }

    @Test
    void saysNothingOfChangesBeforeTheyAreFollowed() {
        TaskStatus busy = inPhase("index", "created index 3 of 7", true, null);
        TaskStatus index = new TaskStatus(
                busy.phase(),
                busy.activity(),
                busy.job(),
                busy.load(),
                new TaskStatus.Changes(0, UNKNOWN, UNKNOWN, OptionalLong.of(0), UNKNOWN, UNKNOWN),
                busy.positions(),
                busy.slot(),
                busy.lastStep(),
                busy.limits(),
                busy.waitingObjects(),
                busy.failedObjects(),
                busy.deadLetters(),
                busy.failedChange(),
                busy.verification(),
                busy.tables());
        StatusText text = new StatusText(Styles.PLAIN, false);
        assertThat(text.line("orders", index))
                .isEqualTo("orders: index: 2 tables, 2,400,000 rows, 251.7 MB, complete, created index 3 of 7");
        assertThat(text.head(CONFIG, index)).noneMatch(line -> line.startsWith("changes"));
    }
}
