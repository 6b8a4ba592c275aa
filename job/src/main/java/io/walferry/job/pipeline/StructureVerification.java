package io.walferry.job.pipeline;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.model.TableId;
import io.walferry.job.precheck.CheckContext;
import io.walferry.job.schema.PlannedObject;
import io.walferry.job.schema.SchemaSync;
import io.walferry.job.schema.StructurePlan;
import io.walferry.job.sql.ComparisonSql;
import io.walferry.job.verify.VerificationReport.ObjectDifference;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the target has every object that the task makes, under the names of the mapping; indexes and constraints that are not
 * valid there; sequences that would give out a value that the source has given out.
 */
final class StructureVerification {

    private static final int SEQUENCES_PER_QUERY = 100;

    private final CheckContext context;
    private final SourceCatalog catalog;
    private final StructurePlan plan;

    StructureVerification(CheckContext context, TaskPrecheck precheck) throws SQLException {
        this.context = context;
        this.catalog = precheck.catalog();
        this.plan = precheck.structure();
    }

    /** @param repair runs the statements that make it right */
    List<ObjectDifference> differences(boolean repair) throws SQLException {
        List<ObjectDifference> found = new ArrayList<>();
        for (PlannedObject object : new SchemaSync(plan).outline(context.target())) {
            if (!object.present() && object.visible()) {
                found.add(difference(object.name(), "it is missing", object.statements()));
            }
        }
        found.addAll(broken());
        found.addAll(sequencesBehind());
        if (!repair) {
            return found;
        }
        List<ObjectDifference> repaired = new ArrayList<>();
        for (ObjectDifference difference : found) {
            repaired.add(repaired(difference));
        }
        return repaired;
    }

    private static ObjectDifference difference(String object, String what, List<String> statements) {
        return new ObjectDifference(object, what, statements, Optional.empty(), "");
    }

    private ObjectDifference repaired(ObjectDifference difference) throws SQLException {
        if (difference.statements().isEmpty()) {
            return difference;
        }
        try (Statement statement = context.target().createStatement()) {
            for (String sql : plan.sessionStatements()) {
                statement.execute(sql);
            }
            for (String sql : difference.statements()) {
                statement.execute(sql);
            }
            return new ObjectDifference(
                    difference.object(), difference.what(), difference.statements(), Optional.of(true), "");
        } catch (SQLException e) {
            // The message of a data error quotes the value.
            String words = "SQLSTATE " + e.getSQLState();
            return new ObjectDifference(
                    difference.object(), difference.what(), difference.statements(), Optional.of(false), words);
        }
    }

    /** Of the tables that the task writes to; what is not valid at the source either is as it should be. */
    private List<ObjectDifference> broken() throws SQLException {
        Set<TableId> ours = new HashSet<>(plan.tableNames());
        catalog.tables().forEach(table -> ours.add(table.mapping().target()));
        Set<String> alsoAtSource = new HashSet<>();
        for (SourceObject object : catalog.structure()) {
            if (object instanceof SourceObject.Table table) {
                table.checks().stream()
                        .filter(check -> !check.validated() || !check.enforced())
                        .forEach(check -> alsoAtSource.add("constraint " + check.name() + " of table " + table.id()));
            }
        }
        for (SourceObject object : catalog.others()) {
            if (object instanceof SourceObject.ForeignKey key && !(key.validated() && key.enforced())) {
                alsoAtSource.add("constraint " + key.constraint() + " of table " + key.id());
            }
        }
        List<ObjectDifference> found = new ArrayList<>();
        try (Statement statement = context.target().createStatement();
                ResultSet rows = statement.executeQuery(ComparisonSql.broken())) {
            while (rows.next()) {
                if (ours.contains(new TableId(rows.getString(1), rows.getString(2)))
                        && !alsoAtSource.contains(rows.getString(3))) {
                    found.add(difference(rows.getString(3), rows.getString(4), List.of(rows.getString(5))));
                }
            }
        }
        return found;
    }

    private List<ObjectDifference> sequencesBehind() throws SQLException {
        List<SourceObject.Sequence> sequences = catalog.structure().stream()
                .filter(SourceObject.Sequence.class::isInstance)
                .map(SourceObject.Sequence.class::cast)
                .toList();
        Map<TableId, Position> here = positions(
                context.source(),
                sequences.stream().map(SourceObject.Sequence::source).toList());
        Map<TableId, Position> there = positions(
                context.target(),
                sequences.stream().map(SourceObject.Sequence::id).toList());
        List<ObjectDifference> found = new ArrayList<>();
        for (SourceObject.Sequence sequence : sequences) {
            Position source = here.get(sequence.source());
            Position target = there.get(sequence.id());
            if (source != null && target != null) {
                long next = source.next(sequence.increment());
                long nextThere = target.next(sequence.increment());
                if (sequence.increment() > 0 ? nextThere < next : nextThere > next) {
                    found.add(difference(
                            "sequence " + sequence.id(),
                            "its next value is " + nextThere + ", at the source " + next,
                            List.of("SELECT pg_catalog.setval("
                                    + literal(quoted(sequence.id())).strip() + "::pg_catalog.regclass, "
                                    + source.last() + ", " + source.called() + ")")));
                }
            }
        }
        return found;
    }

    /** Where a sequence is; {@code called}: the last value has been given out. */
    private record Position(long last, boolean called) {
        long next(long increment) {
            return called ? last + increment : last;
        }
    }

    /** Of those of the sequences that are there. */
    private static Map<TableId, Position> positions(Connection connection, List<TableId> names) throws SQLException {
        List<TableId> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ComparisonSql.sequences())) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", names.stream().map(TableId::schema).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", names.stream().map(TableId::name).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new TableId(rows.getString(1), rows.getString(2)));
                }
            }
        }
        Map<TableId, Position> positions = new HashMap<>();
        for (int from = 0; from < found.size(); from += SEQUENCES_PER_QUERY) {
            List<TableId> some = found.subList(from, Math.min(found.size(), from + SEQUENCES_PER_QUERY));
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(ComparisonSql.positions(some))) {
                while (rows.next()) {
                    positions.put(
                            new TableId(rows.getString(1), rows.getString(2)),
                            new Position(rows.getLong(3), rows.getBoolean(4)));
                }
            }
        }
        return positions;
    }
}
