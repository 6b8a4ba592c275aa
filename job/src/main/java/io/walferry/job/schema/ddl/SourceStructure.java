package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.config.DdlPolicy;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.LabelChange;
import io.walferry.job.model.LabelledType;
import io.walferry.job.model.RelationPlace;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.SequenceSync;
import io.walferry.job.schema.StructurePlan;
import io.walferry.job.sql.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is known of the source's structure at the stream's position. It takes no text of a command for more than a hint: what a
 * command means is the difference between the images before and after it. Not thread-safe.
 */
public final class SourceStructure {

    private final DdlScope scope;
    private StructureState state;
    private List<LabelChange> labelChanges;
    private boolean consistent = true;
    private StructureState next;
    private DdlEffect nextEffect;

    private SourceStructure(DdlScope scope, Map<ObjectKey, ObjectImage> images) {
        this.scope = scope;
        this.state = new StructureState(scope, images);
        this.labelChanges = RenamedLabels.of(images);
    }

    /** @param source a connection with an empty {@code search_path}, to a database with the function that makes images */
    public static SourceStructure read(Connection source, DdlScope scope) throws SQLException {
        return new SourceStructure(scope, Images.all(source));
    }

    /** @param images as {@link #images()} gave them */
    public static SourceStructure restore(Map<ObjectKey, String> images, DdlScope scope) {
        Map<ObjectKey, ObjectImage> parsed = new TreeMap<>();
        images.forEach((key, text) -> parsed.put(key, ObjectImage.parse(text)));
        return new SourceStructure(scope, parsed);
    }

    /**
     * Whether the target has all of the plan: not until the rows of the load and the changes since have met. Until then what refuses
     * rows is not made, and what a statement names may be missing.
     */
    public void consistent(boolean now) {
        consistent = now;
    }

    /** What a start would make of the structure as it is now. */
    public StructurePlan plan() {
        return state.target().plan();
    }

    /** All tables that the task follows. */
    public List<TableSchema> tables() {
        return List.copyOf(state.schemas().values());
    }

    public Optional<TableSchema> table(long oid) {
        return Optional.ofNullable(state.schemas().get(oid));
    }

    /** All tables and partitions that are known, by OID, whether they are the task's or not. */
    public Map<Long, RelationPlace> places() {
        Map<Long, RelationPlace> places = new HashMap<>();
        state.sourceTables()
                .forEach((oid, table) -> places.put(
                        oid, new RelationPlace(table.id(), state.stored().root(oid))));
        return places;
    }

    /** Name of a schema, by its OID; empty if it is not known. */
    public Optional<String> schema(long oid) {
        return Optional.ofNullable(state.stored().namespaces().get(oid));
    }

    /** What labels of enumerations were called before, in the order of the renames. */
    public List<LabelChange> labelChanges() {
        return labelChanges;
    }

    /** What the values of a type, by its OID, are written by; empty if that is no enumeration's labels. */
    public Optional<LabelledType> labelled(long type) {
        return state.stored().labelled(type);
    }

    /** What has to be stored to be able to {@link #restore}. */
    public Map<ObjectKey, String> images() {
        Map<ObjectKey, String> images = new TreeMap<>();
        state.images().forEach((key, image) -> images.put(key, image.text()));
        return images;
    }

    /**
     * What a command means. Nothing changes until the effect is accepted.
     *
     * @param except OIDs of tables of which newer images are known: the command says nothing new of them, and of their partitions
     * @param waiting OIDs of tables that wait to be loaded anew
     * @throws SyncException if the command could not be captured and it is not known what it has touched
     */
    public DdlEffect effectOf(DdlCommand command, Set<Long> except, Set<Long> waiting) {
        if (command.event() == DdlCommand.Event.UNKNOWN) {
            return unknown(command, except);
        }
        NewImages change = new NewImages(state);
        NewerTables newer = new NewerTables(state, scope.sourceVersion(), except, command);
        for (DdlObject object : command.objects()) {
            if (newer.have(object.key())) {
                continue;
            }
            if (object.rewritten() != 0) {
                change.put(Rewrites.key(object.key().oid()), Optional.of(Rewrites.mark(object.rewritten())));
            } else if (object.dropped().isPresent()) {
                change.drop(object.key());
            } else {
                object.image().ifPresent(image -> change.put(object.key(), Optional.of(image)));
                change.told(object.key());
            }
        }
        if (command.event() == DdlCommand.Event.COMMAND) {
            dropLostSequences(command, except, change);
        }
        DdlEffect effect = effect(change, command, waiting);
        List<Long> left = newer.left().stream()
                .filter(oid -> next.schemas().containsKey(oid))
                .toList();
        nextEffect = left.isEmpty() ? effect : effect.withResync(left);
        return nextEffect;
    }

    /** The server does not tell of the sequence of a column that is no longer an identity; with its table it would be named. */
    private void dropLostSequences(DdlCommand command, Set<Long> except, NewImages change) {
        Set<ObjectKey> named = new HashSet<>();
        command.objects().forEach(object -> named.add(object.key()));
        for (ObjectKey table : named) {
            if (table.catalog().equals("pg_class") && !except.contains(table.oid())) {
                for (ObjectKey sequence : state.stored().ownedSequences(table.oid())) {
                    if (!named.contains(sequence)) {
                        change.put(sequence, Optional.empty());
                    }
                }
            }
        }
    }

    /**
     * What it takes to have one table as a connection sees it now.
     *
     * @param source a connection with an empty {@code search_path}
     */
    public DdlEffect effectOfReading(Connection source, long oid) throws SQLException {
        return effect(reading(source, oid), DdlCommand.NONE, Set.of());
    }

    private NewImages reading(Connection source, long oid) throws SQLException {
        NewImages change = new NewImages(state);
        Set<ObjectKey> keys = Images.with(source, oid, state.images().keySet());
        for (ObjectKey key : keys) {
            change.put(key, Images.one(source, key));
        }
        for (long part : state.sourceTables().keySet()) {
            ObjectKey key = ObjectKey.relation(part);
            if (state.stored().root(part) == oid && !keys.contains(key)) {
                change.put(key, Images.one(source, key));
            }
        }
        for (ObjectKey sequence : state.stored().ownedSequences(oid)) {
            change.put(sequence, Images.one(source, sequence));
        }
        change.put(Rewrites.key(oid), Optional.empty());
        return change;
    }

    /**
     * What it takes to have one table as a connection sees it now, without its rows, where it may arrive in another way. It is not
     * accepted: that is for whoever restores it then.
     *
     * @param source a connection with an empty {@code search_path}
     */
    public DdlEffect effectOfRenewal(Connection source, long oid, DdlScope other) throws SQLException {
        NewImages change = reading(source, oid);
        StructureState renewed = new StructureState(other, change.applied());
        boolean alone =
                renewed.sourceTable(oid).isPresent() && !renewed.change(oid).shared();
        return difference(other, renewed, Set.of(oid), alone ? Set.of(oid) : Set.of(), List.of(), change.stored());
    }

    /** What it takes to have what another selection has, of the same source. It is not accepted: that is for whoever restores it then. */
    public DdlEffect effectOfSelection(DdlScope other) {
        StructureState selected = new StructureState(other, state.images());
        Rewrites rewrites = new Rewrites(state, selected, other, DdlCommand.NONE, Set.of());
        return difference(other, selected, rewrites.reloaded(), rewrites.emptied(), rewrites.unpublished(), Map.of());
    }

    private DdlEffect difference(
            DdlScope other,
            StructureState now,
            Set<Long> reloaded,
            Set<Long> emptied,
            List<Long> unpublished,
            Map<ObjectKey, Optional<String>> stored) {
        StructureDiff diff = new StructureDiff(other, state, now, new HashSet<>(reloaded), emptied, consistent);
        diff.diff();
        return new DdlEffect(
                diff.statements().alone,
                statements(diff),
                changed(now),
                dropped(now),
                List.copyOf(reloaded),
                unpublished,
                diff.ignored(),
                null,
                stored);
    }

    private List<String> statements(StructureDiff diff) {
        List<String> statements = new ArrayList<>();
        for (String sql : diff.statements().inOrder()) {
            statements.add(consistent ? sql : Statements.ifThere(sql));
        }
        return statements;
    }

    private List<TableSchema> changed(StructureState now) {
        Map<Long, TableSchema> old = state.schemas();
        return now.schemas().values().stream()
                .filter(table -> !table.equals(old.get(table.oid())))
                .toList();
    }

    private List<Long> dropped(StructureState now) {
        Set<Long> there = now.schemas().keySet();
        return state.schemas().keySet().stream()
                .filter(oid -> !there.contains(oid))
                .toList();
    }

    private DdlEffect unknown(DdlCommand command, Set<Long> except) {
        List<Long> tables = command.objects().stream()
                .filter(object -> object.key().catalog().equals("pg_class"))
                .map(object -> state.stored().root(object.key().oid()))
                .filter(oid -> state.schemas().containsKey(oid) && !except.contains(oid))
                .distinct()
                .toList();
        // A table that is not known can be one that the task has to follow.
        if (command.objects().isEmpty() || command.makesTables()) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "source, command " + command.tag(),
                    "what it has changed could not be captured: " + command.failure(),
                    "Skip this step. If it concerns a table of the task, run walferry reload for it before; one that is new is"
                            + " found by the next ALTER TABLE, for example RESET (fillfactor)");
        }
        next = null;
        nextEffect = new DdlEffect(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                tables,
                List.of(),
                List.of(command.tag() + " could not be captured (" + command.failure()
                        + "): the tables that it touched are loaded anew"),
                null,
                Map.of());
        return nextEffect;
    }

    private DdlEffect effect(NewImages change, DdlCommand command, Set<Long> waiting) {
        Set.copyOf(change.keys()).forEach(change::told);
        Map<ObjectKey, ObjectImage> images = change.applied();
        Map<ObjectKey, Optional<String>> stored = change.stored();
        boolean refreshes = command.tag().equals("REFRESH MATERIALIZED VIEW");
        boolean restarts =
                command.objects().stream().anyMatch(object -> object.restarted().isPresent());
        if (change.onlyMarks() && !refreshes && !restarts) {
            next = state.withMarks(images);
            nextEffect = new DdlEffect(
                    List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, stored);
            return nextEffect;
        }
        next = new StructureState(scope, images);
        Policies policies = new Policies(scope.policies(), state, next, command.tag());
        Set<Long> unfit = StatementFit.unfit(state, next, scope.arrivals());
        if (!unfit.isEmpty()) {
            return effectWithout(unfit, change, command, waiting, stop(change, policies));
        }
        StructureState base = withIgnored(change, policies);
        Rewrites rewrites = new Rewrites(base, next, scope, command, waiting);
        StructureDiff diff = new StructureDiff(
                scope, base, next, new HashSet<>(rewrites.reloaded()), rewrites.emptied(), consistent);
        diff.diff();
        renamed(diff.renamedLabels(), command, stored);
        Set<Long> there = next.schemas().keySet();
        Set<Long> resync = new LinkedHashSet<>(rewrites.reloaded());
        resync.removeIf(oid -> !there.contains(oid));
        List<String> statements = statements(diff);
        if (refreshes) {
            statements.addAll(refreshed(command, policies));
        }
        statements.addAll(restarted(command, policies));
        List<String> ignored = new ArrayList<>(diff.ignored());
        if (base != state) {
            ignored.add("the task file says to ignore it");
        }
        nextEffect = new DdlEffect(
                diff.statements().alone,
                statements,
                changed(next),
                dropped(next),
                List.copyOf(resync),
                rewrites.unpublished(),
                ignored,
                stop(change, policies),
                stored);
        return nextEffect;
    }

    /** Rows that were written before come with the former labels, maybe long after. */
    private void renamed(
            List<RenamedLabels.Renaming> labels, DdlCommand command, Map<ObjectKey, Optional<String>> stored) {
        if (!labels.isEmpty()) {
            Map<ObjectKey, ObjectImage> images = new TreeMap<>(next.images());
            images.putAll(RenamedLabels.marks(images, labels, command.commitLsn()));
            labels.forEach(label -> {
                ObjectKey key = RenamedLabels.key(label.enumeration());
                stored.put(key, Optional.of(images.get(key).text()));
            });
            next = next.withMarks(images);
        }
    }

    /**
     * What a command means without the tables whose statements do not fit any more. Of those nothing is done and stored: they are
     * read when they are brought anew, by what the statements are then.
     */
    private DdlEffect effectWithout(
            Set<Long> unfit, NewImages change, DdlCommand command, Set<Long> waiting, String stop) {
        if (!change.leaveOut(unfit, next)) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "source table "
                            + unfit.stream()
                                    .map(oid -> state.schemas().get(oid).id().toString())
                                    .collect(Collectors.joining(", ")),
                    command.tag() + " changes it from without, and it has a filter or statement",
                    "Adapt the filter or statement, end the task and start it anew");
        }
        DdlEffect rest = effect(change, command, waiting);
        nextEffect = rest.withResync(unfit).withStop(stop);
        return nextEffect;
    }

    /** What the target is taken to have before the command: all of it that is to be ignored, too. */
    private StructureState withIgnored(NewImages change, Policies policies) {
        Map<ObjectKey, ObjectImage> images = new TreeMap<>(state.images());
        boolean some = false;
        for (ObjectKey key : change.keys()) {
            if (policies.of(Rewrites.marked(key)) == DdlPolicy.IGNORE) {
                change.of(key).ifPresentOrElse(is -> images.put(key, is), () -> images.remove(key));
                some = true;
            }
        }
        return some ? new StructureState(scope, images) : state;
    }

    private static String stop(NewImages change, Policies policies) {
        return change.keys().stream().anyMatch(key -> policies.of(Rewrites.marked(key)) == DdlPolicy.STOP)
                ? "the task file says to stop at it"
                : null;
    }

    /** Both sides agree at this position, so the query gives the same rows. */
    private List<String> refreshed(DdlCommand command, Policies policies) {
        List<String> statements = new ArrayList<>();
        for (DdlObject object : command.objects()) {
            SourceObject view = next.objects().get("pg_class:" + object.key().oid());
            if (view instanceof SourceObject.MaterializedView populated
                    && populated.populated()
                    && policies.of(object.key()) != DdlPolicy.IGNORE) {
                statements.add("REFRESH MATERIALIZED VIEW " + Identifier.quoted(populated.id()));
            }
        }
        return statements;
    }

    /** A sequence of the task goes on at the target where it does at the source. */
    private List<String> restarted(DdlCommand command, Policies policies) {
        List<String> statements = new ArrayList<>();
        for (DdlObject object : command.objects()) {
            if (policies.of(object.key()) == DdlPolicy.IGNORE) {
                continue;
            }
            object.restarted()
                    .ifPresent(value -> next.targetSequence(object.key().oid())
                            .ifPresent(sequence -> statements.add(
                                    "SELECT " + SequenceSync.setval(sequence, value.last(), value.called()))));
        }
        return statements;
    }

    /** The last effect that was asked for has been committed at the target. */
    public void accept(DdlEffect effect) {
        if (effect != nextEffect) {
            throw new IllegalArgumentException("not the effect that was asked for last");
        }
        if (next != null) {
            state = next;
            labelChanges = RenamedLabels.of(state.images());
        }
        next = null;
        nextEffect = null;
    }
}
