package io.walferry.job.precheck;

import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.model.Column;
import io.walferry.job.model.TableSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which names the target reserves and the source does not; asked of both servers. */
final class ReservedWordsCheck implements Check {

    private static final int NAMES_SHOWN = 10;
    private static final String RESERVED = "SELECT word FROM pg_catalog.pg_get_keywords() WHERE catcode IN ('R', 'T')";

    @Override
    public CheckItem item() {
        return CheckItem.RESERVED_WORDS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        Set<String> words = new HashSet<>(Query.texts(context.target(), RESERVED));
        words.removeAll(Query.texts(context.source(), RESERVED));
        return assess(context.where(Side.TARGET), context.catalog(), words);
    }

    static List<Finding> assess(String where, SourceCatalog catalog, Set<String> words) {
        List<String> names = new ArrayList<>();
        for (TableSchema table : catalog.tables()) {
            if (reserved(table.id().name(), words)) {
                names.add("table " + table.id());
            }
            for (Column column : table.columns()) {
                if (reserved(column.name(), words)) {
                    names.add("column " + table.id() + "." + column.name());
                }
            }
        }
        return names.isEmpty()
                ? List.of()
                : List.of(Finding.warning(
                                where,
                                "it reserves words that are names at the source: "
                                        + String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())))
                                        + (names.size() > NAMES_SHOWN ? ", …" : ""),
                                "Quote the names in the applications that move to the target, or rename them")
                        .because("the task quotes every name, but other queries may not"));
    }

    private static boolean reserved(String name, Set<String> words) {
        return words.contains(name.toLowerCase(Locale.ROOT));
    }
}
