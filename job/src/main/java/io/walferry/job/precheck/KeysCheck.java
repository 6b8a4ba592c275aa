package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableSchema;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which tables have no key; they arrive exactly all the same, and more slowly. */
final class KeysCheck implements Check {

    private static final int TABLES_SHOWN = 10;

    @Override
    public CheckItem item() {
        return CheckItem.KEYS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        return assess(context.catalog().tables());
    }

    static List<Finding> assess(List<TableSchema> tables) {
        List<TableSchema> keyless = tables.stream()
                .filter(table -> table.key().isEmpty() && table.replicaIdentity() == ReplicaIdentity.FULL)
                .toList();
        if (keyless.isEmpty()) {
            return List.of();
        }
        String names = keyless.stream()
                .limit(TABLES_SHOWN)
                .map(table -> table.id().toString())
                .collect(Collectors.joining(", "));
        return List.of(
                Finding.warning(
                                "source tables " + names + (keyless.size() > TABLES_SHOWN ? ", …" : ""),
                                (keyless.size() == 1 ? "it has" : keyless.size() + " tables have") + " no key",
                                "Give them a primary key if they change a lot")
                        .because(
                                "such a table is loaded as one chunk, and a row that changes is searched by all of its columns"));
    }
}
