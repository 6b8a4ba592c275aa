package io.walferry.job.catalog;

import io.walferry.job.model.Column;
import io.walferry.job.model.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Whether a table still has the form in which the task knows it. */
public final class TableColumns {

    private TableColumns() {}

    /** Whether the table has the columns, by name and type, that the schema says, as the connection's transaction sees it. */
    public static boolean same(Connection source, TableSchema table) throws SQLException {
        List<Column> now = new ColumnReader(new ServerCatalog(source))
                .read(List.of(table.oid())).getOrDefault(table.oid(), List.of()).stream()
                        .map(SourceColumn::column)
                        .toList();
        if (now.size() != table.columns().size()) {
            return false;
        }
        for (int i = 0; i < now.size(); i++) {
            Column a = now.get(i);
            Column b = table.columns().get(i);
            if (!a.name().equals(b.name()) || !a.type().equals(b.type()) || a.generated() != b.generated()) {
                return false;
            }
        }
        return true;
    }
}
