package io.walferry.job.config;

import io.walferry.job.model.KeyGroups;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The section {@code verify}. */
final class VerifyReader {

    private static final Pattern COLUMN = Pattern.compile("[^.]+\\.[^.]+\\.[^.]+");

    private VerifyReader() {}

    static VerifyConfig read(Section section) {
        VerifyConfig byDefault = VerifyConfig.DEFAULT;
        VerifyConfig verify = new VerifyConfig(
                choice(section, "mode", VerifyConfig.Mode.labels())
                        .map(label -> VerifyConfig.Mode.valueOf(label.toUpperCase(Locale.ROOT)))
                        .orElse(byDefault.mode()),
                section.wholeNumber("sample-percent", 100, 1, 100),
                choice(section, "direction", VerifyConfig.Direction.labels())
                        .map(label -> VerifyConfig.Direction.valueOf(label.toUpperCase(Locale.ROOT)))
                        .orElse(byDefault.direction()),
                (int) section.wholeNumber("parallelism", byDefault.parallelism(), 1, KeyGroups.COUNT),
                section.wholeNumber("rows-per-second", byDefault.rowsPerSecond(), 0, 1_000_000_000_000L),
                (int) section.wholeNumber("kept-differences", byDefault.kept(), 0, 1_000_000),
                (int) section.wholeNumber("looks", byDefault.looks(), 1, 100),
                section.duration("patience", byDefault.patience(), Duration.ofSeconds(1), Duration.ofDays(7)),
                section.texts("masked-columns", VerifyReader::remedyForColumn));
        section.refuseUnknownKeys();
        return verify;
    }

    private static Optional<String> choice(Section section, String key, List<String> choices) {
        return section.has(key) ? section.requiredChoice(key, choices) : Optional.empty();
    }

    private static Optional<String> remedyForColumn(String column) {
        return COLUMN.matcher(column).matches()
                ? Optional.empty()
                : Optional.of("write schema.table.column, with the names of the target");
    }
}
