package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the target takes a quoted name in capitals for the same in small letters, as PolarDB does when it is told so: two
 * names of the source would be one there.
 */
final class LetterCaseCheck implements Check {

    private static final String NAME = "WALFERRY";
    private static final int NAMES_SHOWN = 10;

    @Override
    public CheckItem item() {
        return CheckItem.LETTER_CASE;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        context.dialect();
        try (Statement statement = context.target().createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 AS \"" + NAME + "\"")) {
            return assess(
                    context.where(Side.TARGET),
                    !NAME.equals(row.getMetaData().getColumnName(1)),
                    context.catalog().tables());
        }
    }

    static List<Finding> assess(String where, boolean folds, List<TableSchema> tables) {
        if (!folds) {
            return List.of();
        }
        Map<String, String> names = new HashMap<>();
        TreeSet<String> folded = new TreeSet<>();
        List<Finding> findings = new ArrayList<>();
        for (TableSchema table : tables) {
            TableId id = table.mapping().target();
            add("table ", id.schema() + ".", id.name(), names, folded, findings, where);
            for (MappedColumn column : table.mapping().columns()) {
                add("column ", id + ".", column.name(), names, folded, findings, where);
            }
        }
        if (!folded.isEmpty()) {
            findings.add(
                    Finding.warning(
                            where,
                            "it folds names in capitals to small letters: "
                                    + String.join(
                                            ", ",
                                            folded.stream().limit(NAMES_SHOWN).toList())
                                    + (folded.size() > NAMES_SHOWN ? ", …" : ""),
                            "Switch that off for the task's user, or give the tables and columns other names in the task file"));
        }
        return findings;
    }

    private static void add(
            String kind,
            String of,
            String name,
            Map<String, String> names,
            TreeSet<String> folded,
            List<Finding> findings,
            String where) {
        boolean capitals = !name.equals(name.toLowerCase(Locale.ROOT)) && name.equals(name.toUpperCase(Locale.ROOT));
        String there = kind + of + (capitals ? name.toLowerCase(Locale.ROOT) : name);
        String other = names.putIfAbsent(there, kind + of + name);
        if (other != null && !other.equals(kind + of + name)) {
            findings.add(Finding.error(
                    where,
                    "it takes " + other + " and " + kind + of + name + " for the same, as it folds names in capitals",
                    "Give one of them another name in the task file"));
        }
        if (capitals) {
            folded.add(kind + of + name);
        }
    }
}
