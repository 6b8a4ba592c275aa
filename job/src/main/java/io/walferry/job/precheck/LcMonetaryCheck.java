package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.model.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether both databases read {@code money} alike: its locale says how many digits come after the point. */
final class LcMonetaryCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.LC_MONETARY;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<String> tables = context.catalog().tables().stream()
                .filter(table -> table.columns().stream()
                        .anyMatch(column -> column.bareType().startsWith("pg_catalog.\"money\"")))
                .map(TableSchema::id)
                .map(Object::toString)
                .toList();
        if (tables.isEmpty()) {
            return List.of();
        }
        String source = setting(context, Side.SOURCE);
        String target = setting(context, Side.TARGET);
        return source.equals(target)
                ? List.of()
                : List.of(Finding.warning(
                                context.where(Side.TARGET),
                                "lc_monetary is " + target + ", at the source " + source
                                        + ", and there are money columns (" + String.join(", ", tables) + ")",
                                "Set the target's database to the source's locale")
                        .because(
                                "the amounts arrive as they are, but may be shown with another currency or other digits")
                        .atTarget("ALTER DATABASE "
                                + quoted(
                                        context.database(Side.TARGET).endpoint().database()) + " SET lc_monetary = "
                                + literal(source).strip()));
    }

    /** Not of the shared connection, which sets it. */
    private static String setting(CheckContext context, Side side) throws SQLException {
        try (Connection connection = context.database(side).openWithServerSettings()) {
            return Query.setting(connection, "lc_monetary").orElse("");
        }
    }
}
