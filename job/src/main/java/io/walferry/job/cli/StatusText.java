package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.ThrottleConfig.Limit;
import io.walferry.job.control.Phase;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.model.Amounts;
import io.walferry.job.model.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** A task's status as lines: pure functions. */
final class StatusText {

    private static final int LABEL = 9;
    private static final String GAP = "   ";

    private final Styles styles;
    private final boolean bars;

    /** @param bars whether there is a terminal to draw on */
    StatusText(Styles styles, boolean bars) {
        this.styles = styles;
        this.bars = bars;
    }

    /**
     * @param tableLines how many lines the tables may take, at most
     */
    List<String> lines(TaskConfig config, TaskStatus status, int tableLines) {
        List<String> lines = new ArrayList<>(head(config, status));
        List<String> tables = new StatusTable(styles, bars).lines(status.tables());
        if (!tables.isEmpty() && tableLines > 1) {
            lines.add("");
            if (tables.size() <= tableLines) {
                lines.addAll(tables);
            } else {
                lines.addAll(tables.subList(0, tableLines - 1));
                lines.add("and " + (tables.size() - tableLines + 1) + " more: walferry tables");
            }
        }
        return lines;
    }

    List<String> head(TaskConfig config, TaskStatus status) {
        List<String> lines = new ArrayList<>();
        String from = config.source().address() + " ->";
        String to = config.target().address();
        boolean fits = LABEL + from.length() + 1 + to.length() <= styles.width();
        add(
                lines,
                "task",
                fits
                        ? List.of(styles.bold(config.task()), from + " " + to)
                        : List.of(styles.bold(config.task()), from, to));
        List<String> profile = config.profile().words();
        if (!profile.isEmpty()) {
            add(lines, "labels", profile);
        }
        add(lines, "phase", phase(status));
        status.job()
                .failure()
                .filter(failure -> status.phase().equals(TaskStatus.FAILED))
                .ifPresent(failure -> {
                    String label = "failure";
                    for (String line : failure.split("\n")) {
                        add(
                                lines,
                                label,
                                Stream.of(line.strip().split(" "))
                                        .map(styles::red)
                                        .toList(),
                                " ");
                        label = "";
                    }
                });
        if (status.load().chunks() > 0) {
            add(lines, "load", load(status));
        }
        if (followsChanges(status)) {
            add(lines, "changes", changes(status));
        }
        List<String> limits = limits(config, status);
        if (!limits.isEmpty()) {
            add(lines, "limits", limits);
        }
        add(lines, "slot", slot(status));
        add(lines, "at", positions(status));
        List<String> more = more(status);
        if (!more.isEmpty()) {
            add(lines, "last", more);
        }
        return lines;
    }

    /** One line, for a log. */
    String line(String task, TaskStatus status) {
        List<String> parts = new ArrayList<>();
        if (followsChanges(status)) {
            parts.addAll(changes(status));
        } else if (status.load().chunks() > 0) {
            parts.addAll(load(status));
        }
        if (!status.activity().isEmpty()) {
            parts.add(status.activity());
        }
        return task + ": " + status.phase() + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
    }

    /** What there is to tell of changes is nothing before. */
    private static boolean followsChanges(TaskStatus status) {
        return status.changes().applied() > 0
                || status.load().chunksLoaded() == status.load().chunks()
                        && !status.starting()
                        && !status.phase().equals(Phase.INDEX.label());
    }

    private List<String> phase(TaskStatus status) {
        List<String> parts = new ArrayList<>();
        boolean running = status.job().running();
        boolean wrong = !running && !status.starting() && !status.phase().equals(TaskStatus.ENDED);
        parts.add(wrong ? styles.red(status.phase()) : styles.green(status.phase()));
        if (status.starting()) {
            parts.add("being started");
        } else if (running) {
            parts.add("running for "
                    + Amounts.duration(status.job().runningMs().orElse(0))
                    + status.job().host().map(host -> " on " + host).orElse(""));
            status.job().writers().ifPresent(writers -> parts.add(writers == 1 ? "1 writer" : writers + " writers"));
        } else if (status.job().silentMs().isPresent()) {
            parts.add("no job runs: the last one on " + status.job().host().orElse("an unknown host")
                    + " has been silent for "
                    + Amounts.duration(status.job().silentMs().getAsLong()));
        } else {
            parts.add("no job runs");
        }
        if (!status.activity().isEmpty()) {
            parts.add(status.activity());
        }
        return parts;
    }

    private List<String> load(TaskStatus status) {
        TaskStatus.Load load = status.load();
        boolean complete = load.chunksLoaded() == load.chunks();
        List<String> parts = new ArrayList<>();
        if (!complete) {
            int percent = (int) (load.share() * 100);
            parts.add(bars ? StatusTable.bar(load.share(), 20) + " " + percent + "%" : percent + "%");
        }
        parts.add(
                complete
                        ? load.tablesLoaded() + (load.tablesLoaded() == 1 ? " table" : " tables")
                        : load.tablesLoaded() + " of " + status.tables().size() + " tables");
        parts.add(number(load.rows()) + " rows");
        parts.add(Amounts.bytes(load.bytes()));
        if (complete) {
            parts.add("complete");
        } else if (load.rowsPerSecond().orElse(0) > 0) {
            parts.add(number(load.rowsPerSecond().getAsLong()) + " rows/s");
            load.bytesPerSecond().ifPresent(rate -> parts.add(Amounts.bytes(rate) + "/s"));
            load.secondsLeft().ifPresent(left -> parts.add("about " + seconds(left) + " left"));
        }
        return parts;
    }

    private List<String> changes(TaskStatus status) {
        TaskStatus.Changes changes = status.changes();
        List<String> parts = new ArrayList<>();
        parts.add(number(changes.applied()) + " applied");
        changes.changesPerSecond().ifPresent(rate -> parts.add(number(rate) + "/s"));
        if (changes.walBytesPerSecond().orElse(0) > 0) {
            parts.add("WAL " + Amounts.bytes(changes.walBytesPerSecond().getAsLong()) + "/s");
        }
        changes.lagMs().ifPresent(lag -> parts.add("lag " + Amounts.duration(lag)));
        changes.bytesBehind().ifPresent(behind -> parts.add(Amounts.bytes(behind) + " behind"));
        if (changes.quietMs().orElse(0) > Duration.ofSeconds(5).toMillis()) {
            parts.add("last one " + Amounts.duration(changes.quietMs().getAsLong()) + " ago");
        }
        return parts;
    }

    private List<String> limits(TaskConfig config, TaskStatus status) {
        return Stream.of(Limit.values())
                .filter(limit -> limit(limit, config, status) > 0)
                .map(limit -> limit.key() + " " + SetCommand.shown(limit, limit(limit, config, status)))
                .toList();
    }

    private static long limit(Limit limit, TaskConfig config, TaskStatus status) {
        return status.limits().getOrDefault(limit, config.throttle().of(limit));
    }

    private List<String> slot(TaskStatus status) {
        TaskStatus.Slot slot = status.slot();
        List<String> parts = new ArrayList<>();
        boolean bad = slot.state().equals("lost") || slot.state().equals("missing");
        parts.add(slot.name() + " " + (bad ? styles.red(slot.state()) : slot.state()));
        slot.retainedWalBytes().ifPresent(bytes -> parts.add("keeps " + Amounts.bytes(bytes) + " of WAL"));
        slot.safeWalBytes().ifPresent(bytes -> parts.add("safe for " + Amounts.bytes(Math.max(0, bytes)) + " more"));
        return parts;
    }

    private static List<String> positions(TaskStatus status) {
        List<String> parts = new ArrayList<>();
        position(parts, "source", status.positions().source());
        position(parts, "applied", status.positions().applied());
        position(parts, "acknowledged", status.positions().acknowledged());
        return parts;
    }

    private static void position(List<String> parts, String name, OptionalLong lsn) {
        lsn.ifPresent(known -> parts.add(name + " " + Lsn.format(known)));
    }

    private List<String> more(TaskStatus status) {
        List<String> parts = new ArrayList<>();
        status.lastStep()
                .ifPresent(step -> parts.add(step.kind() + " at " + Lsn.format(step.lsn()) + ", "
                        + Amounts.duration(step.agoMs()) + " ago"));
        status.failedChange()
                .ifPresent(change -> parts.add(
                        styles.red(change.tag() + " at " + change.position() + " failed (walferry ddl list)")));
        status.verification()
                .ifPresent(newest -> parts.add((newest.differences() == 0
                                ? "verified equal"
                                : styles.red(number(newest.differences()) + " differences (walferry verify --last)"))
                        + " " + Amounts.duration(newest.agoMs()) + " ago"));
        if (status.failedObjects() > 0) {
            parts.add(styles.red(status.failedObjects() + " objects failed (walferry.object)"));
        }
        if (status.deadLetters() > 0) {
            parts.add(styles.red(status.deadLetters()
                    + (status.deadLetters() == 1 ? " dead letter" : " dead letters")
                    + " (walferry dead-letter list)"));
        }
        return parts;
    }

    /** A label and parts side by side; what has no room goes to the next line. */
    private void add(List<String> lines, String label, List<String> parts) {
        add(lines, label, parts, GAP);
    }

    private void add(List<String> lines, String label, List<String> parts, String gap) {
        String line = String.format(Locale.ROOT, "%-" + LABEL + "s", label);
        int used = LABEL;
        boolean first = true;
        for (String part : wrapped(parts)) {
            int width = LineWrap.width(part);
            if (!first && used + gap.length() + width > styles.width()) {
                lines.add(line);
                line = " ".repeat(LABEL);
                used = LABEL;
                first = true;
            }
            line += (first ? "" : gap) + part;
            used += (first ? 0 : gap.length()) + width;
            first = false;
        }
        lines.add(line);
    }

    private List<String> wrapped(List<String> parts) {
        int room = styles.width() - LABEL;
        return parts.stream()
                .flatMap(part -> LineWrap.words(part, room).stream())
                .toList();
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String seconds(long seconds) {
        return Amounts.duration(Math.max(1, seconds) * 1_000);
    }
}
