package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.Amounts;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressViewTest {

    private static final Progress.Rates RATES = new Progress.Rates(
            OptionalLong.of(250_000), OptionalLong.of(41_200_000), OptionalLong.of(75), OptionalLong.of(5_120));

    @Nested
    class DuringTheLoad {

        private final Progress.Report report = report("load", "");

        @Test
        void showsABarAndFiguresSideBySide() {
            assertThat(ProgressView.lines("orders", report, 120))
                    .containsExactly(
                            "[###################---------------------]",
                            "orders: load   48%   3 of 8 tables   1,200,000 rows   250,000 rows/s   41.2 MB/s"
                                    + "   about 1 min 15 s left");
        }

        @Test
        void wrapsOnANarrowTerminal() {
            assertThat(ProgressView.lines("orders", report, 32))
                    .containsExactly(
                            "[###############---------------]",
                            "orders: load   48%",
                            "  3 of 8 tables   1,200,000 rows",
                            "  250,000 rows/s   41.2 MB/s",
                            "  about 1 min 15 s left");
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 5, 10, 20, 79, 300})
        void neverExceedsTheColumns(int columns) {
            assertThat(ProgressView.lines("orders", report, columns))
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
        }

        @Test
        void isOneLineForAPipe() {
            assertThat(ProgressView.line("orders", report))
                    .isEqualTo("orders: load: 48%, 3 of 8 tables, 1,200,000 rows, 250,000 rows/s, 41.2 MB/s,"
                            + " about 1 min 15 s left");
        }
    }

    @Nested
    class WithChanges {

        @Test
        void showsRateLagAndBytesBehind() {
            assertThat(ProgressView.line("orders", report("changes", "")))
                    .isEqualTo("orders: live: 10,000 changes, 5,120/s, lag 42 ms, 1.5 MB behind");
        }

        @Test
        void callsItCatchUpWhenTheTargetIsFarBehind() {
            Progress behind = new Progress(
                    0,
                    "changes",
                    "",
                    load(),
                    new Progress.Changes(7, OptionalLong.of(44_000), OptionalLong.of(1_000), OptionalLong.of(29_800)));
            assertThat(ProgressView.line(
                            "orders",
                            new Progress.Report(Optional.of(behind), Progress.Rates.UNKNOWN, Optional.empty())))
                    .isEqualTo("orders: catch-up: 7 changes, lag 44 s, 29.8 kB behind");
        }

        @Test
        void saysSinceWhenNothingHasCome() {
            Progress quiet = new Progress(
                    0,
                    "changes",
                    "",
                    load(),
                    new Progress.Changes(7, OptionalLong.of(42), OptionalLong.of(61_000), OptionalLong.of(0)));
            assertThat(ProgressView.line(
                            "orders",
                            new Progress.Report(Optional.of(quiet), Progress.Rates.UNKNOWN, Optional.empty())))
                    .isEqualTo("orders: live: 7 changes, lag 42 ms, 0 B behind, last change 1 min 1 s ago");
        }
    }

    @Test
    void saysWhatItIsDoingBetweenLoadAndChanges() {
        assertThat(ProgressView.line("orders", report("index", "creating indexes: 3 of 7")))
                .isEqualTo("orders: index: creating indexes: 3 of 7");
    }

    @Test
    void keepsTheLastKnownStateWhenTheTargetIsGone() {
        Progress.Report lost = new Progress.Report(
                report("changes", "").progress(),
                Progress.Rates.UNKNOWN,
                Optional.of("b:5432/shop: connection refused"));
        assertThat(ProgressView.line("orders", lost))
                .isEqualTo("orders: live: 10,000 changes, lag 42 ms, 1.5 MB behind; b:5432/shop: connection refused");
        assertThat(ProgressView.lines("orders", lost, 80)).last().isEqualTo("b:5432/shop: connection refused");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 79, 199})
    void breaksWhatIsWiderThanTheWindow(int columns) {
        String words =
                "creating index orders_that_has_a_name_of_its_own_which_is_rather_long_idx on public.orders: 3 of 7";
        Progress.Report busy = report("index", words);
        Progress.Report lost = new Progress.Report(busy.progress(), Progress.Rates.UNKNOWN, Optional.of(words));
        for (Progress.Report report : new Progress.Report[] {busy, lost}) {
            assertThat(ProgressView.lines("orders", report, columns))
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns))
                    .last()
                    .asString()
                    .endsWith("of 7");
        }
    }

    @Test
    void startsWithoutAnyKnowledge() {
        assertThat(ProgressView.lines(
                        "orders", new Progress.Report(Optional.empty(), Progress.Rates.UNKNOWN, Optional.empty()), 80))
                .containsExactly("orders: starting");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.0 kB", "999949, 999.9 kB", "999950, 1.0 MB", "5000000000000, 5.0 TB"})
    void scalesBytes(long bytes, String text) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 ms", "999, 999 ms", "1500, 1.5 s", "42000, 42 s", "61000, 1 min 1 s", "7260000, 2 h 1 min"})
    void scalesDurations(long ms, String text) {
        assertThat(Amounts.duration(ms)).isEqualTo(text);
    }

    private static Progress.Report report(String phase, String activity) {
        Progress progress = new Progress(
                0,
                phase,
                activity,
                load(),
                new Progress.Changes(10_000, OptionalLong.of(42), OptionalLong.of(100), OptionalLong.of(1_500_000)));
        return new Progress.Report(Optional.of(progress), RATES, Optional.empty());
    }

    private static Progress.Load load() {
        return new Progress.Load(8, 3, 1_200_000, 300_000_000, 0.485);
    }
}
