package io.walferry.tests.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.StreamElement;
import io.walferry.job.source.ElementOutput;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/** The elements of one chunk as a writer gets them, and a writer's way to put them into a table. */
final class ChunkRows implements ElementOutput {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private ChunkStart start;
    private ChunkEnd end;

    @Override
    public void emit(StreamElement element) {
        assertThat(end).as("nothing follows a chunk's end").isNull();
        if (element instanceof ChunkStart chunkStart) {
            assertThat(start).isNull();
            start = chunkStart;
        } else if (element instanceof ChunkData data) {
            assertThat(data.chunk()).isEqualTo(start.chunk());
            assertThat(data.channel()).isEqualTo(start.channel());
            bytes.write(data.bytes(), 0, data.length());
        } else {
            end = (ChunkEnd) element;
        }
    }

    @Override
    public void position(long lsn) {
        throw new AssertionError("a chunk has no position in the changelog");
    }

    ChunkStart start() {
        return start;
    }

    ChunkEnd end() {
        return end;
    }

    /** @return rows that the table got */
    long copyInto(String table, Connection connection) throws SQLException {
        CopyIn copy = Database.driver(connection)
                .getCopyAPI()
                .copyIn("COPY " + table + " FROM STDIN"
                        + (start.format() == CopyFormat.BINARY ? " WITH (FORMAT binary)" : ""));
        copy.writeToCopy(bytes.toByteArray(), 0, bytes.size());
        return copy.endCopy();
    }
}
