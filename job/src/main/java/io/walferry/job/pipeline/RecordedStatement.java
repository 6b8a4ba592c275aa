package io.walferry.job.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.walferry.job.etl.LaneTable;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.Reshape;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;

/**
 * What the target's records say of the statement that makes a table's rows: enough to tell whether the task file still says the same,
 * and what the table at the target has of it.
 *
 * @param fingerprint of its text, which may hold a secret
 * @param target the table at the target
 * @param columns of the target that it names; empty if it names none
 */
record RecordedStatement(String fingerprint, TableId target, List<Made> columns) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A {@link MappedColumn} that a statement names. */
    record Made(String source, String name, String type, boolean identityAlways) {}

    RecordedStatement {
        columns = List.copyOf(columns);
    }

    /** For the records; {@code null} if the table arrives as it is. */
    static String of(TableSchema table) {
        if (table.mapping().statement() == null) {
            return null;
        }
        List<Made> columns = !LaneTable.of(table).namesColumns()
                ? List.of()
                : table.mapping().columns().stream()
                        .filter(column -> !column.isConstant() && !column.deletion())
                        .map(column -> new Made(column.source(), column.name(), column.type(), column.identityAlways()))
                        .toList();
        try {
            return JSON.writeValueAsString(new RecordedStatement(
                    table.mapping().statementFingerprint(), table.mapping().target(), columns));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static RecordedStatement parse(String json) {
        try {
            return JSON.readValue(json, RecordedStatement.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the record of a statement cannot be read", e);
        }
    }

    /** What the target has of it, by a statement of the text. */
    Reshape reshape(String text) {
        List<MappedColumn> mapped = columns.stream()
                .map(made ->
                        new MappedColumn(made.source(), made.name(), made.type(), made.identityAlways(), null, false))
                .toList();
        return new Reshape(target, mapped, text);
    }
}
