package io.walferry.job.pipeline;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.StructureLedger;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.schema.ddl.DdlCapture;
import io.walferry.job.sql.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The changes of structure that a task has met, and what a person decides about one that has failed. */
public final class StructureDecisions implements AutoCloseable {

    private final ControlStore store;

    private StructureDecisions(ControlStore store) {
        this.store = store;
    }

    /** @throws SyncException if the target does not know the task */
    public static StructureDecisions open(TaskConfig config) throws SQLException {
        ControlStore store =
                new ControlStore(new Database(config.target(), "walferry " + config.task()).open(), config.task());
        try {
            if (!store.readable() || store.task().isEmpty()) {
                throw new SyncException(
                        FailureKind.NEEDS_OPERATOR,
                        "task " + config.task(),
                        "it has not been started, so it has met no changes of structure",
                        "Start it with walferry run");
            }
            return new StructureDecisions(store);
        } catch (SQLException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** What a superuser has to run at the source so that its structure changes are captured. */
    public static List<String> captureScript(TaskConfig config) throws SQLException {
        try (Connection source = new Database(config.source(), "walferry " + config.task()).open()) {
            List<String> statements = new ArrayList<>(DdlCapture.script(StructureFollowing.version(source)));
            String user = Identifier.quoted(source.getMetaData().getUserName());
            statements.add("GRANT USAGE ON SCHEMA walferry TO " + user);
            statements.add("GRANT SELECT, INSERT, UPDATE, DELETE ON walferry.ddl_task TO " + user);
            // Only its owner may add a table to a publication.
            statements.add("ALTER TABLE walferry.ddl_log OWNER TO " + user);
            return statements;
        }
    }

    /** In their order, the newest at most. */
    public List<StructureLedger.Recorded> list(int newest) throws SQLException {
        return store.structure().list(newest);
    }

    /**
     * @param what skip or apply; {@code null}: try it again
     * @param statements to apply; {@code null} otherwise
     * @return whether a change has failed
     */
    public boolean decide(String what, String statements) throws SQLException {
        return store.structure().decide(what, statements);
    }

    @Override
    public void close() throws SQLException {
        store.close();
    }
}
