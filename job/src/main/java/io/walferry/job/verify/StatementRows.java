package io.walferry.job.verify;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.StreamElement;
import io.walferry.job.sql.ComparedRows;
import io.walferry.job.sql.StatementRowsSql;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.postgresql.copy.CopyOut;

/**
 * Has rows of the source go through the statements of their table, as the task's own lanes do it: asks for some of them, sends
 * them into the lane that stands behind this worker, and returns when {@link StagingFunction} at the lane's end has them in a
 * table of this worker at the target. There is one answer at a time; the next replaces it.
 */
final class StatementRows {

    private static final int BLOCK_BYTES = 128 << 10;
    private static final long POLL_MS = 10;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Connection source;
    private final Connection made;
    private final long run;
    private final String worker;
    private final Lanes lanes;
    /** Not what a worker before this one in the same place has asked for. */
    private int request = ThreadLocalRandom.current().nextInt(1 << 30);

    /** The lanes behind a worker. */
    @FunctionalInterface
    interface Lanes {
        /** @param lane see {@link #laneName} */
        void send(String lane, StreamElement element);
    }

    /**
     * @param source in autocommit mode
     * @param made to the target, likewise; here the rows can be asked for
     * @param worker its name, unique in the run
     */
    StatementRows(Connection source, Connection made, long run, String worker, Lanes lanes) {
        this.source = source;
        this.made = made;
        this.run = run;
        this.worker = worker;
        this.lanes = lanes;
    }

    /** Of the lane of one of the table's sources. */
    static String laneName(ComparedTable table, int part) {
        return "rows-" + table.number() + "-" + part;
    }

    /** The rows that were made last. */
    ComparedRows rows(ComparedTable table) {
        String relation = table.source().relation();
        for (int part = 0; part < table.parts().size(); part++) {
            relation = relation.replace(
                    table.parts().get(part).placeholder(), StatementRowsSql.table(run, table.number(), part, worker));
        }
        return table.source().at(relation);
    }

    /** Makes the rows between two bounds, as of one snapshot of the source; returns when it was. */
    SourceMoment make(ComparedTable table, List<String> lower, List<String> upper)
            throws SQLException, InterruptedException {
        return make(table, part -> part.rows().copy(part.rows().filter(lower, upper, 100)));
    }

    /** Makes the rows of some identities; without a key all rows, for what they come to be is not known before. */
    SourceMoment make(ComparedTable table, Collection<String> identities) throws SQLException, InterruptedException {
        return make(
                table,
                part -> part.rows().keyless()
                        ? part.rows().copy("")
                        : part.rows().copyWanted(identities));
    }

    @FunctionalInterface
    private interface Query {
        String of(StatementPart part);
    }

    private SourceMoment make(ComparedTable table, Query query) throws SQLException, InterruptedException {
        source.setAutoCommit(false);
        try (Statement statement = source.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            SourceMoment moment = SourceMoment.now(source);
            request++;
            for (int part = 0; part < table.parts().size(); part++) {
                send(laneName(table, part), table.parts().get(part), query);
                await(StatementRowsSql.table(run, table.number(), part, worker));
            }
            return moment;
        } finally {
            if (!source.isClosed()) {
                source.rollback();
                source.setAutoCommit(true);
            }
        }
    }

    private void send(String lane, StatementPart part, Query query) throws SQLException {
        ChunkId chunk = new ChunkId(part.source(), request);
        lanes.send(lane, new ChunkStart(0, chunk, part.stream(), CopyFormat.TEXT, "", 0));
        CopyOut copy = Database.driver(source).getCopyAPI().copyOut(query.of(part));
        ByteArrayOutputStream block = new ByteArrayOutputStream(BLOCK_BYTES);
        long rows = 0;
        long bytes = 0;
        for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
            block.writeBytes(line);
            rows++;
            bytes += line.length;
            if (block.size() >= BLOCK_BYTES) {
                lanes.send(lane, new ChunkData(0, chunk, block.toByteArray(), block.size()));
                block.reset();
            }
        }
        if (block.size() > 0) {
            lanes.send(lane, new ChunkData(0, chunk, block.toByteArray(), block.size()));
        }
        lanes.send(lane, new ChunkEnd(0, chunk, rows, bytes));
    }

    /** As a rule all operators of a lane are one chain, and the answer is there when the last element is sent. */
    private void await(String table) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_NANOS;
        while (!Sql.one(made, StatementRowsSql.answered(table, request), row -> row.getBoolean(1))
                .orElse(false)) {
            if (System.nanoTime() > deadline) {
                throw new SQLException("no rows came out of the statement for " + table, "57014");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }
}
