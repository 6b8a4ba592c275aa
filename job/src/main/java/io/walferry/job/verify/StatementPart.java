package io.walferry.job.verify;

import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.sql.ComparedRows;
import io.walferry.job.sql.RowHash;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A source table whose rows go through a statement of Flink SQL, and how: beside its columns, each row brings its version.
 *
 * @param arriving the table as its rows leave the statement, the version last
 * @param travelling the table as its rows go into it
 * @param stream the same, as the lane knows it
 * @param rows at the source, as they go into it; columns are called {@code c0}, {@code c1}, …
 * @param key names of the target's key as the rows that go in have them
 */
public record StatementPart(
        TableSchema arriving, TableSchema travelling, StreamTable stream, ComparedRows rows, List<String> key)
        implements Serializable {

    public StatementPart {
        key = List.copyOf(key);
    }

    static StatementPart of(Statements.Shape shape, List<String> keyTypes, int range, RowHash hash) {
        List<MappedColumn> columns = shape.travelling().mapping().columns();
        List<String> names =
                IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).toList();
        List<Integer> key = shape.stream().key();
        return new StatementPart(
                shape.arriving(),
                shape.travelling(),
                shape.stream(),
                new ComparedRows(
                        Relations.travelling(shape.travelling()),
                        names,
                        names.stream().map(CanonicalForm::column).toList(),
                        names.stream().map(CanonicalForm::column).toList(),
                        key.stream().map(names::get).toList(),
                        keyTypes,
                        range,
                        hash),
                key.stream()
                        .map(i -> columns.get(i).isConstant()
                                ? columns.get(i).name()
                                : columns.get(i).source())
                        .toList());
    }

    /** Stands in texts of queries where the name of a worker's own table belongs. */
    String placeholder() {
        return "<rows made of " + arriving.id() + ">";
    }

    TableId source() {
        return arriving.id();
    }

    /** Names of the target's columns that come out, without the version. */
    List<String> columns() {
        List<MappedColumn> columns = arriving.mapping().columns();
        return columns.subList(0, columns.size() - 1).stream()
                .map(MappedColumn::name)
                .toList();
    }
}
