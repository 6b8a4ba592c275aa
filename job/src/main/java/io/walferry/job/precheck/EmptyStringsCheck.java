package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.model.Column;
import io.walferry.job.model.TableSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether the target takes {@code ''} for NULL, and which columns would refuse that. */
final class EmptyStringsCheck implements Check {

    private static final int COLUMNS_SHOWN = 10;
    private static final Pattern TEXT = Pattern.compile("pg_catalog\\.\"(text|varchar|bpchar|char|name)\"");

    @Override
    public CheckItem item() {
        return CheckItem.EMPTY_STRINGS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        return assess(
                context.where(Side.TARGET),
                context.dialect().facts().emptyStringIsNull(),
                context.catalog().tables());
    }

    static List<Finding> assess(String where, boolean emptyStringIsNull, List<TableSchema> tables) {
        if (!emptyStringIsNull) {
            return List.of();
        }
        List<String> columns = tables.stream()
                .flatMap(table -> table.columns().stream()
                        .filter(EmptyStringsCheck::refusesNull)
                        .map(column -> table.id() + "." + column.name()))
                .toList();
        if (columns.isEmpty()) {
            return List.of(Finding.warning(
                    where,
                    "it takes an empty string literal for NULL",
                    "Rows are safe, they come through COPY; look at defaults and checks with empty strings"));
        }
        return List.of(Finding.warning(
                        where,
                        "it takes an empty string literal for NULL, and there are NOT NULL columns of text: "
                                + String.join(", ", columns.subList(0, Math.min(COLUMNS_SHOWN, columns.size())))
                                + (columns.size() > COLUMNS_SHOWN ? ", …" : ""),
                        "Rows are safe, they come through COPY; let applications that move to the target write no empty"
                                + " strings there, or switch the conversion off for them")
                .because("an INSERT of '' by an application would be refused"));
    }

    private static boolean refusesNull(Column column) {
        return column.notNull() && TEXT.matcher(column.bareType()).matches();
    }
}
