package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Sets the target's sequences to the values of the source's. A sequence's value is not in the changelog, so this can be done at
 * any time and again, at the latest when applications move to the target.
 */
public final class SequenceSync {

    private static final int PER_QUERY = 100;

    private final StructurePlan plan;

    public SequenceSync(StructurePlan plan) {
        this.plan = plan;
    }

    /** @return number of sequences set */
    public int copy(Connection source, Connection target) throws SQLException {
        List<TableId> sequences = List.copyOf(plan.sequences().keySet());
        try (Statement read = source.createStatement();
                Statement write = target.createStatement()) {
            for (int from = 0; from < sequences.size(); from += PER_QUERY) {
                List<TableId> some = sequences.subList(from, Math.min(sequences.size(), from + PER_QUERY));
                write.execute("SELECT " + values(read, some));
            }
        }
        return sequences.size();
    }

    private String values(Statement read, List<TableId> sequences) throws SQLException {
        String query = sequences.stream()
                .map(sequence -> "SELECT " + literal(quoted(plan.sequences().get(sequence)))
                        + ", last_value, is_called FROM " + quoted(sequence))
                .collect(Collectors.joining(" UNION ALL "));
        StringBuilder calls = new StringBuilder();
        try (ResultSet rows = read.executeQuery(query)) {
            while (rows.next()) {
                calls.append(calls.isEmpty() ? "" : ", ")
                        .append("pg_catalog.setval(")
                        .append(literal(rows.getString(1)))
                        .append("::pg_catalog.regclass, ")
                        .append(rows.getLong(2))
                        .append(rows.getBoolean(3) ? ", true)" : ", false)");
            }
        }
        return calls.toString();
    }
}
