package io.walferry.job.verify;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.StreamElement;
import io.walferry.job.sql.StatementRowsSql;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.postgresql.copy.CopyIn;

/**
 * The end of a lane in a verification: has the rows of the last request in a table at the target, of the target's types. A row
 * that the statement fails on stands there with its key alone.
 */
public final class StagingFunction extends ProcessFunction<StreamElement, Long> {

    private static final long serialVersionUID = 1L;

    private final VerifySettings settings;
    private final int number;
    private final int part;
    private final String stage;
    private transient Connection connection;
    private transient CopyIn copy;
    private transient String table;

    /**
     * @param number of the compared table
     * @param part of its sources
     * @param stage that the worker in front of the lane belongs to
     */
    public StagingFunction(VerifySettings settings, int number, int part, String stage) {
        this.settings = settings;
        this.number = number;
        this.part = part;
        this.stage = stage;
    }

    private ComparedTable compared() {
        return settings.tables().get(number);
    }

    private StatementPart source() {
        return compared().parts().get(part);
    }

    @Override
    public void open(OpenContext context) throws SQLException {
        connection = settings.target().open();
        table = StatementRowsSql.table(
                settings.run(),
                number,
                part,
                Stage.worker(stage, getRuntimeContext().getTaskInfo().getIndexOfThisSubtask()));
        // Of an attempt that has failed.
        Sql.update(connection, StatementRowsSql.dropIfThere(table));
        Sql.update(connection, StatementRowsSql.create(table, compared().target(), source().columns()));
        connection.setAutoCommit(false);
    }

    @Override
    public void processElement(StreamElement element, Context context, Collector<Long> output)
            throws SQLException, IOException {
        if (element instanceof ChunkStart) {
            Sql.update(connection, "TRUNCATE " + table);
            copy = Database.driver(connection)
                    .getCopyAPI()
                    .copyIn(StatementRowsSql.copyInto(table, source().columns()));
        } else if (element instanceof ChunkData data) {
            copy.writeToCopy(data.bytes(), 0, data.length());
        } else if (element instanceof ChunkEnd end) {
            copy.endCopy();
            if (!end.deadLetters().isEmpty()) {
                letters(end.deadLetters());
            }
            Sql.update(connection, StatementRowsSql.answer(table, end.chunk().index()));
            connection.commit();
        }
    }

    private void letters(String lines) throws SQLException, IOException {
        Sql.update(connection, StatementRowsSql.createLetters());
        Database.driver(connection).getCopyAPI().copyIn(StatementRowsSql.copyLetters(), new StringReader(lines));
        Sql.update(
                connection,
                StatementRowsSql.insertLetters(
                        table,
                        source().key(),
                        compared().targetRows().key(),
                        compared().targetRows().keyTypes()));
    }

    @Override
    public void close() throws SQLException {
        if (connection == null) {
            return;
        }
        try (Connection closing = connection) {
            if (!closing.isClosed()) {
                closing.rollback();
                closing.setAutoCommit(true);
                Sql.update(closing, StatementRowsSql.dropIfThere(table));
            }
        }
    }
}
