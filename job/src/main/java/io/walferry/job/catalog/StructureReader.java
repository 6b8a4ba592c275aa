package io.walferry.job.catalog;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads all that the target gets: what has to be there before rows of the selected tables can be, and what comes when they
 * are there. One reader for each family of kinds; here they are put together and in order.
 */
final class StructureReader {

    private final SourceObjects objects;
    private final Dependencies dependencies;
    private final TableReader tableReader;
    private final List<LeftOut> leftOut;
    private final List<Finding> findings;
    private final Map<ObjectKey, ObjectName> gone = new HashMap<>();

    private StructureReader(
            SourceObjects objects, Dependencies dependencies, List<LeftOut> leftOut, List<Finding> findings) {
        this.objects = objects;
        this.dependencies = dependencies;
        this.tableReader = new TableReader(objects, findings);
        this.leftOut = leftOut;
        this.findings = findings;
    }

    /**
     * What was read.
     *
     * @param before what has to be there before rows can be, each after what it needs
     * @param others what comes when rows are there, in the order in which it is made
     */
    record Result(List<SourceObject> before, List<SourceObject> others) {}

    /**
     * Relations to create, with what is known of them.
     *
     * @param all every relation of the source
     * @param tables all tables to create, each partition after its parent
     * @param views all views to create
     */
    record Relations(
            List<Relation> all,
            List<Relation> tables,
            List<Relation> views,
            Partitions partitions,
            Map<Long, List<SourceColumn>> columns,
            Map<Long, List<SourceIndex>> indexes) {}

    /**
     * Reads.
     *
     * @param leftOut gets what is selected and cannot be created
     * @param findings gets what keeps tables from being as at the source
     * @param keys gets the key of every object
     */
    static Result read(
            CatalogSource source,
            ObjectsConfig config,
            Relations relations,
            List<LeftOut> leftOut,
            List<Finding> findings,
            Map<ObjectName, ObjectKey> keys)
            throws SQLException {
        List<Relation> created = new ArrayList<>(relations.tables());
        created.addAll(relations.views());
        ObjectSelection.Result selection = ObjectSelection.select(source, config, created);
        leftOut.addAll(selection.leftOut());
        findings.addAll(selection.findings());
        Dependencies dependencies =
                Dependencies.read(source, created.stream().map(Relation::oid).toList(), selection.objects());
        Map<Long, TableId> names = new HashMap<>();
        relations.all().forEach(relation -> names.put(relation.oid(), relation.id()));
        StructureReader reader =
                new StructureReader(new SourceObjects(source, dependencies, names), dependencies, leftOut, findings);
        Result result = reader.read(config, relations);
        reader.objects.keys().forEach(key -> keys.put(reader.objects.get(key).name(), key));
        return result;
    }

    private Result read(ObjectsConfig config, Relations relations) throws SQLException {
        readObjects(relations);
        Set<ObjectKey> before = neededByTables(relations.tables());
        leaveOutWhatLacksSomething(before);
        tellWhatIsMissing(before);
        List<SourceObject> ordered = ordered(before);
        List<SourceObject.ForeignKey> foreignKeys =
                ForeignKeyReader.read(objects, relations.tables(), leftOut, findings);
        List<SourceObject> others = new ArrayList<>(foreignKeys);
        Set<ObjectKey> later = new LinkedHashSet<>(objects.keys());
        later.removeAll(before);
        others.addAll(ordered(later));
        RemarkReader remarks = new RemarkReader(objects, relations.indexes(), foreignKeys);
        others.addAll(remarks.comments());
        if (config.grants()) {
            others.addAll(remarks.grants());
        }
        return new Result(ordered, others);
    }

    private void readObjects(Relations relations) throws SQLException {
        Map<Long, List<SourceObject.Check>> tableChecks = new HashMap<>();
        Map<Long, List<SourceObject.Check>> domainChecks = new HashMap<>();
        readChecks(relations.tables().stream().map(Relation::oid).toList(), tableChecks, domainChecks);
        new TypeReader(objects).read(domainChecks);
        new RoutineReader(objects).read();
        tableReader.readSequences(relations.tables());
        tableReader.readTables(
                relations.tables(), relations.partitions(), relations.columns(), relations.indexes(), tableChecks);
        ViewReader viewReader = new ViewReader(objects);
        viewReader.readViews(relations.views(), relations.columns(), relations.indexes());
        viewReader.readParts();
    }

    private void readChecks(
            List<Long> tables,
            Map<Long, List<SourceObject.Check>> tableChecks,
            Map<Long, List<SourceObject.Check>> domainChecks)
            throws SQLException {
        Rows.read(
                objects.source(),
                CatalogQuery.CHECKS,
                row -> {
                    SourceObject.Check check = new SourceObject.Check(
                            row.getString(3),
                            row.getString(4),
                            row.getBoolean(5),
                            row.getBoolean(6),
                            row.getBoolean(7),
                            row.getBoolean(8));
                    long table = row.getLong(1);
                    Map<Long, List<SourceObject.Check>> checks = table != 0 ? tableChecks : domainChecks;
                    return checks.computeIfAbsent(table != 0 ? table : row.getLong(2), oid -> new ArrayList<>())
                            .add(check);
                },
                tables,
                objects.wanted("pg_type"));
    }

    private Set<ObjectKey> needs(ObjectKey key) {
        Set<ObjectKey> needs = new LinkedHashSet<>(dependencies.needs(key));
        needs.addAll(tableReader.owned(key));
        needs.removeIf(need -> tableReader.withoutParent(key, need));
        return needs;
    }

    /** Tables, their needs, and every sequence, whose value is set after the load. */
    private Set<ObjectKey> neededByTables(List<Relation> tables) {
        Set<ObjectKey> start = new LinkedHashSet<>();
        tables.forEach(table -> start.add(new ObjectKey("pg_class", table.oid())));
        objects.keys().stream()
                .filter(key -> objects.get(key) instanceof SourceObject.Sequence)
                .forEach(start::add);
        Set<ObjectKey> needed = new LinkedHashSet<>();
        List<ObjectKey> open = new ArrayList<>(start);
        while (!open.isEmpty()) {
            ObjectKey key = open.remove(open.size() - 1);
            if (needed.add(key)) {
                open.addAll(needs(key));
            }
        }
        return needed;
    }

    /** Whatever needs something that is not moved is not moved either, unless a table needs it. */
    private void leaveOutWhatLacksSomething(Set<ObjectKey> before) throws SQLException {
        List<ObjectKey> lacking = new ArrayList<>();
        List<ObjectKey> lacked = new ArrayList<>();
        boolean more = true;
        while (more) {
            more = false;
            for (ObjectKey key : List.copyOf(objects.keys())) {
                if (before.contains(key)) {
                    continue;
                }
                for (ObjectKey need : needs(key)) {
                    if (!objects.has(need)) {
                        lacking.add(key);
                        lacked.add(need);
                        leaveOut(key);
                        more = true;
                        break;
                    }
                }
            }
        }
        List<String> words = lacked.isEmpty() ? List.of() : objects.source().describe(lacked);
        for (int i = 0; i < lacking.size(); i++) {
            leftOut.add(LeftOut.of(gone.get(lacking.get(i)), "it needs " + words.get(i) + ", which is not moved"));
        }
    }

    private void leaveOut(ObjectKey key) {
        gone.put(key, objects.get(key).name());
        objects.remove(key);
    }

    private void tellWhatIsMissing(Collection<ObjectKey> before) throws SQLException {
        List<ObjectKey> needing = new ArrayList<>();
        List<ObjectKey> missing = new ArrayList<>();
        for (ObjectKey object : before) {
            for (ObjectKey need : needs(object)) {
                if (objects.has(object) && !objects.has(need)) {
                    needing.add(object);
                    missing.add(need);
                }
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        List<String> needingNames = objects.source().describe(needing);
        List<String> missingNames = objects.source().describe(missing);
        for (int i = 0; i < missing.size(); i++) {
            findings.add(Finding.warning(
                    "source " + needingNames.get(i),
                    "it needs " + missingNames.get(i) + ", which is not created at the target",
                    "Create it there before the start"));
        }
    }

    private List<SourceObject> ordered(Collection<ObjectKey> wanted) {
        List<ObjectKey> keys =
                new ArrayList<>(wanted.stream().filter(objects::has).toList());
        keys.sort(Comparator.comparing((ObjectKey key) -> rank(objects.get(key)))
                .thenComparing(key -> objects.get(key).id())
                .thenComparing(key -> objects.get(key).name().detail()));
        DependencyOrder.Result<ObjectKey> order = DependencyOrder.of(keys, this::needs);
        for (ObjectKey key : order.circular()) {
            findings.add(Finding.error(
                    "source " + objects.get(key).name(),
                    "it needs itself, through other objects, so that none can be created first",
                    "Create them at the target before the start, or exclude what needs them"));
        }
        return order.ordered().stream().map(objects::get).toList();
    }

    /** What does not depend on each other comes in this order: a function's body may name anything that is above a view. */
    private static int rank(SourceObject object) {
        return switch (object.name().kind()) {
            case TABLE -> 1;
            case STATISTICS -> 2;
            case VIEW -> 3;
            case MATERIALIZED_VIEW -> 4;
            case RULE -> 5;
            case TRIGGER -> 6;
            default -> 0;
        };
    }
}
