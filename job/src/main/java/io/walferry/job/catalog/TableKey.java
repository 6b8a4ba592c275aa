package io.walferry.job.catalog;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.Identifier;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How the rows of a table are told apart at the target.
 *
 * @param index the index that makes the key unique; empty: by all columns
 * @param otherUnique some other index refuses rows too
 * @param findings what is wrong with it
 * @see <a href="https://www.postgresql.org/docs/current/logical-replication-publication.html">Replica identity</a>
 */
record TableKey(Optional<SourceIndex> index, boolean otherUnique, List<Finding> findings) {

    private static final Comparator<SourceIndex> PRIMARY_THEN_FEWEST_COLUMNS = Comparator.comparing(
                    (SourceIndex index) -> !index.primary())
            .thenComparing(index -> index.columns().size())
            .thenComparing(SourceIndex::name);

    List<String> columns() {
        return index.map(SourceIndex::columns).orElse(List.of());
    }

    /** A partition of the table, or the table itself, whose rows are written where its replica identity says. */
    record Leaf(TableId id, ReplicaIdentity identity, List<SourceIndex> indexes) {

        /** Columns that are logged with every update that changes them and every delete; empty if PostgreSQL refuses those. */
        Optional<List<String>> logged(List<String> allColumns) {
            return switch (identity) {
                case FULL -> Optional.of(allColumns);
                case NOTHING -> Optional.empty();
                case DEFAULT -> indexes.stream()
                        .filter(index -> index.primary() && index.identifiesRows())
                        .findFirst()
                        .map(SourceIndex::columns);
                case INDEX -> indexes.stream()
                        .filter(index -> index.replicaIdentity() && index.identifiesRows())
                        .findFirst()
                        .map(SourceIndex::columns);
            };
        }
    }

    /**
     * Decides for a table that is not partitioned.
     *
     * @param columns names of all columns that are stored
     */
    static TableKey of(TableId table, ReplicaIdentity identity, List<SourceIndex> indexes, List<String> columns) {
        return of(table, identity, indexes, columns, List.of(new Leaf(table, identity, indexes)));
    }

    /**
     * Decides for a table whose rows are in {@code leaves}; what each of them logs has to have the key.
     *
     * @param indexes of the table itself
     * @param columns names of all columns that are stored
     */
    static TableKey of(
            TableId table,
            ReplicaIdentity identity,
            List<SourceIndex> indexes,
            List<String> columns,
            List<Leaf> leaves) {
        Optional<SourceIndex> key = indexes.stream()
                .filter(SourceIndex::identifiesRows)
                .filter(index -> switch (identity) {
                    case FULL -> true;
                    case INDEX -> index.replicaIdentity();
                    case DEFAULT, NOTHING -> index.primary();
                })
                .min(PRIMARY_THEN_FEWEST_COLUMNS);
        boolean otherUnique = indexes.stream().anyMatch(index -> other(index, key))
                || leaves.stream()
                        .flatMap(leaf -> leaf.indexes().stream())
                        .anyMatch(index -> index.parent() == 0 && other(index, key));
        List<String> needed = key.map(SourceIndex::columns).orElse(columns);
        boolean usable = key.isPresent() || identity == ReplicaIdentity.FULL;
        List<Finding> findings = identity == ReplicaIdentity.NOTHING || !usable
                ? List.of(refused(table, reason(identity, indexes)))
                : leaves.stream()
                        .flatMap(leaf -> judge(table, identity, leaf, needed, columns).stream())
                        .toList();
        return new TableKey(key, otherUnique, findings);
    }

    private static boolean other(SourceIndex index, Optional<SourceIndex> key) {
        return index.restricts() && index.valid() && key.filter(index::equals).isEmpty();
    }

    private static Optional<Finding> judge(
            TableId table, ReplicaIdentity identity, Leaf leaf, List<String> needed, List<String> columns) {
        if (identity == ReplicaIdentity.FULL && leaf.identity() != ReplicaIdentity.FULL) {
            // pgoutput would announce a whole old row, as the root has it, and send what the leaf logged: NULL
            // elsewhere.
            return Optional.of(Finding.error(
                            "source table " + leaf.id(),
                            "its replica identity is not FULL, but that of " + table
                                    + ", which it is a partition of, is",
                            "Run " + full(leaf.id()))
                    .of(CheckItem.REPLICA_IDENTITY)
                    .atSource(full(leaf.id())));
        }
        Optional<List<String>> logged = leaf.logged(columns);
        if (logged.isEmpty()) {
            return Optional.of(refused(leaf.id(), reason(leaf.identity(), leaf.indexes())));
        }
        if (logged.get().containsAll(needed)) {
            return Optional.empty();
        }
        return Optional.of(Finding.error(
                        "source table " + leaf.id(),
                        "its replica identity does not log " + missing(needed, logged.get()) + ", by which " + table
                                + " tells rows apart",
                        "Run " + full(leaf.id()))
                .of(CheckItem.REPLICA_IDENTITY)
                .atSource(full(leaf.id())));
    }

    private static List<String> missing(List<String> needed, List<String> logged) {
        return needed.stream().filter(column -> !logged.contains(column)).toList();
    }

    private static Finding refused(TableId table, String reason) {
        return Finding.error(
                        "source table " + table,
                        reason + ", so PostgreSQL refuses UPDATE and DELETE at the source once the table is published",
                        "Run " + full(table) + ", or give it a primary key")
                .of(CheckItem.REPLICA_IDENTITY)
                .atSource(full(table));
    }

    private static String reason(ReplicaIdentity identity, List<SourceIndex> indexes) {
        return switch (identity) {
            case NOTHING -> "its replica identity is NOTHING";
            case INDEX -> "its replica identity is an index that is missing or not usable";
            case DEFAULT -> indexes.stream().anyMatch(index -> index.primary() && !index.immediate())
                    ? "its primary key is deferrable, which is no replica identity"
                    : "it has no primary key and its replica identity is DEFAULT";
            case FULL -> "its replica identity is FULL";
        };
    }

    private static String full(TableId table) {
        return "ALTER TABLE " + Identifier.quoted(table) + " REPLICA IDENTITY FULL";
    }
}
