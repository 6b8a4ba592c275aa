package io.walferry.job.control;

import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The source's structure as far as the task is, and the changes that have led to it. */
public final class StructureLedger {

    /** How long a statement may wait for a lock, and keep others waiting behind it. */
    private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'";
    /** A function's body is the source's, where names were searched for in schemas that are not searched here. */
    private static final String BODIES_UNCHECKED = "check_function_bodies = off";

    private final ControlStore store;
    private final String task;

    StructureLedger(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    /**
     * A change of structure.
     *
     * @param logId of the source's log
     * @param text the source's statement
     * @param alone statements that no transaction may hold
     */
    public record Step(
            ChangePosition position,
            long logId,
            String tag,
            String text,
            List<String> alone,
            List<String> statements,
            Outcome outcome) {}

    /**
     * What a step comes to.
     *
     * @param state applied, ignored or noted
     * @param message what is not done and why; {@code null} if there is nothing to tell
     */
    public record Outcome(String state, String message) {}

    /** More to be recorded in a step's transaction. */
    @FunctionalInterface
    public interface Also {
        void run() throws SQLException;
    }

    /** A table to be loaded anew. */
    public record ToReload(long oid, TableId table, String reason) {}

    private record Decision(String what, String statements) {}

    public Map<ObjectKey, String> images() throws SQLException {
        Map<ObjectKey, String> images = new HashMap<>();
        store.all(
                "SELECT catalog, oid, image FROM walferry.source_object WHERE task = ?",
                row -> images.put(new ObjectKey(row.getString(1), row.getLong(2)), row.getString(3)),
                task);
        return images;
    }

    /** Replaces all that is recorded. */
    public void start(Map<ObjectKey, String> images) throws SQLException {
        Transactions.run(store.connection(), () -> {
            store.update("DELETE FROM walferry.source_object WHERE task = ?", task);
            for (Map.Entry<ObjectKey, String> image : images.entrySet()) {
                put(image.getKey(), Optional.of(image.getValue()));
            }
        });
    }

    /** Records changes of objects, as part of the connection's transaction if it is in one; empty: the object is gone. */
    public void put(Map<ObjectKey, Optional<String>> images) throws SQLException {
        for (Map.Entry<ObjectKey, Optional<String>> image : images.entrySet()) {
            put(image.getKey(), image.getValue());
        }
    }

    private void put(ObjectKey key, Optional<String> image) throws SQLException {
        if (image.isEmpty()) {
            store.update(
                    "DELETE FROM walferry.source_object WHERE task = ? AND catalog = ? AND oid = ?",
                    task,
                    key.catalog(),
                    key.oid());
        } else {
            store.update(
                    "INSERT INTO walferry.source_object (task, catalog, oid, image) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (task, catalog, oid) DO UPDATE SET image = excluded.image",
                    task,
                    key.catalog(),
                    key.oid(),
                    image.get());
        }
    }

    /** Runs statements at the target with what is to be recorded of them, in one transaction. */
    public void change(List<String> statements, Also also) throws SQLException {
        Transactions.run(store.connection(), () -> {
            store.mark();
            prepare();
            for (String statement : statements) {
                store.execute(statement);
            }
            also.run();
        });
    }

    private void prepare() throws SQLException {
        store.execute(LOCK_TIMEOUT);
        store.execute("SET LOCAL " + BODIES_UNCHECKED);
    }

    public boolean isDone(ChangePosition position) throws SQLException {
        return store.one(
                        "SELECT true FROM walferry.ddl WHERE task = ? AND commit_lsn = ?::text::pg_catalog.pg_lsn"
                                + " AND ordinal = ? AND state <> 'failed'",
                        row -> row.getBoolean(1),
                        task,
                        Lsn.format(position.commitLsn()),
                        position.ordinal())
                .isPresent();
    }

    /**
     * Runs the step, or what a person has decided to be done instead, and records it with the structure after it and the tables
     * to load anew, in one transaction.
     */
    public void run(Step step, Map<ObjectKey, Optional<String>> images, List<ToReload> reloads, Also also)
            throws SQLException {
        long begin = System.nanoTime();
        Optional<Decision> decision = decision(step.position());
        if (decision.isEmpty() && !step.alone().isEmpty()) {
            store.execute("SET " + BODIES_UNCHECKED);
            for (String statement : step.alone()) {
                store.execute(statement);
            }
        }
        Transactions.run(store.connection(), () -> {
            store.mark();
            prepare();
            List<String> statements = decision.map(
                            made -> made.what().equals("skip") ? List.<String>of() : List.of(made.statements()))
                    .orElse(step.statements());
            for (String statement : statements) {
                store.execute(statement);
            }
            put(images);
            for (ToReload reload : reloads) {
                store.reloads().ask(reload.oid(), reload.table(), reload.reason());
            }
            also.run();
            String state = decision.map(made -> made.what().equals("skip") ? "skipped" : "replaced")
                    .orElse(step.outcome().state());
            record(step, state, statements, step.outcome().message(), (System.nanoTime() - begin) / 1_000_000);
        });
    }

    /** Whether a person has decided about the step. */
    public boolean isDecided(ChangePosition position) throws SQLException {
        return decision(position).isPresent();
    }

    private Optional<Decision> decision(ChangePosition position) throws SQLException {
        return store.one(
                "SELECT decision, decision_statements FROM walferry.ddl WHERE task = ?"
                        + " AND commit_lsn = ?::text::pg_catalog.pg_lsn AND ordinal = ? AND decision IS NOT NULL",
                row -> new Decision(row.getString(1), row.getString(2)),
                task,
                Lsn.format(position.commitLsn()),
                position.ordinal());
    }

    /** The target, or the task file, refuses the step. */
    public void failed(Step step, String message) throws SQLException {
        record(step, "failed", step.statements(), message, 0);
    }

    private void record(Step step, String state, List<String> statements, String message, long durationMs)
            throws SQLException {
        store.update(
                "INSERT INTO walferry.ddl (task, commit_lsn, ordinal, log_id, tag, source_text, statements, state, message,"
                        + " duration_ms) VALUES (?, ?::text::pg_catalog.pg_lsn, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (task, commit_lsn, ordinal) DO UPDATE SET statements = excluded.statements,"
                        + " state = excluded.state, message = excluded.message, duration_ms = excluded.duration_ms,"
                        + " at = pg_catalog.clock_timestamp()",
                task,
                Lsn.format(step.position().commitLsn()),
                step.position().ordinal(),
                step.logId(),
                step.tag(),
                step.text(),
                String.join(";\n", statements),
                state,
                message,
                durationMs);
    }

    /** A recorded change, for people. */
    public record Recorded(
            String position,
            String tag,
            String text,
            String statements,
            String state,
            String message,
            long durationMs) {}

    /** The newest, in their order; those that changed nothing are left out. */
    public List<Recorded> list(int newest) throws SQLException {
        return store.all(
                "SELECT commit_lsn::text || '+' || ordinal, tag, source_text, statements, state, message, duration_ms FROM ("
                        + "SELECT * FROM walferry.ddl WHERE task = ? AND state <> 'noted'"
                        + " ORDER BY commit_lsn DESC, ordinal DESC LIMIT ?) newest ORDER BY commit_lsn, ordinal",
                row -> new Recorded(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getLong(7)),
                task,
                newest);
    }

    /**
     * Decides about the step that has failed.
     *
     * @param what skip or apply; {@code null}: try it again
     * @param statements to apply; {@code null} otherwise
     * @return whether a step has failed
     */
    public boolean decide(String what, String statements) throws SQLException {
        return store.update(
                        "UPDATE walferry.ddl SET decision = ?, decision_statements = ? WHERE task = ? AND state = 'failed'",
                        what,
                        statements,
                        task)
                > 0;
    }
}
