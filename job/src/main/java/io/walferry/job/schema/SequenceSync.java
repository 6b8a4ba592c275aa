package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.TableId;
import java.math.BigInteger;
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
        return copy(source, target, 0);
    }

    /**
     * @param margin how many values further than the source's; never beyond a sequence's last
     * @return number of sequences set
     */
    public int copy(Connection source, Connection target, long margin) throws SQLException {
        List<TableId> sequences = List.copyOf(plan.sequences().keySet());
        try (Statement read = source.createStatement();
                Statement write = target.createStatement()) {
            for (int from = 0; from < sequences.size(); from += PER_QUERY) {
                List<TableId> some = sequences.subList(from, Math.min(sequences.size(), from + PER_QUERY));
                write.execute("SELECT " + values(read, some, margin));
            }
        }
        return sequences.size();
    }

    private String values(Statement read, List<TableId> sequences, long margin) throws SQLException {
        String query = sequences.stream()
                .map(sequence -> "SELECT " + literal(quoted(plan.sequences().get(sequence)))
                        + ", v.last_value, v.is_called, s.seqincrement, s.seqmin, s.seqmax FROM " + quoted(sequence)
                        + " v JOIN pg_catalog.pg_sequence s ON s.seqrelid = " + literal(quoted(sequence))
                        + "::pg_catalog.regclass")
                .collect(Collectors.joining(" UNION ALL "));
        StringBuilder calls = new StringBuilder();
        try (ResultSet rows = read.executeQuery(query)) {
            while (rows.next()) {
                calls.append(calls.isEmpty() ? "" : ", ")
                        .append(setval(
                                rows.getString(1),
                                ahead(rows.getLong(2), margin, rows.getLong(4), rows.getLong(5), rows.getLong(6)),
                                rows.getBoolean(3) || margin > 0));
            }
        }
        return calls.toString();
    }

    /** @param called whether the value was taken, so that the next one is another */
    public static String setval(TableId sequence, long value, boolean called) {
        return setval(quoted(sequence), value, called);
    }

    private static String setval(String quotedName, long value, boolean called) {
        return "pg_catalog.setval(" + literal(quotedName) + "::pg_catalog.regclass, " + value + ", " + called + ")";
    }

    static long ahead(long value, long margin, long increment, long least, long most) {
        BigInteger wanted = BigInteger.valueOf(margin)
                .multiply(BigInteger.valueOf(increment))
                .add(BigInteger.valueOf(value));
        return wanted.min(BigInteger.valueOf(most))
                .max(BigInteger.valueOf(least))
                .longValueExact();
    }
}
