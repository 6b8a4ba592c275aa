package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.*;

import io.walferry.job.model.*;
import java.sql.*;
import java.util.*;

public final class SchemaSync {
    private final StructurePlan p;

    public SchemaSync(StructurePlan p, String t) {
        this.p = p;
    }

    public void refuseForeignTables(Connection c, Set<TableId> known) {}

    public void createBefore(Connection c, java.util.function.Consumer<String> told) throws SQLException {
        try (Statement s = c.createStatement()) {
            for (TableSchema t : p.tables()) {
                s.execute("CREATE SCHEMA IF NOT EXISTS " + quoted(t.id().schema()));
                StringJoiner j = new StringJoiner(", ");
                for (Column x : t.columns())
                    j.add(quoted(x.name()) + " " + x.type() + (x.notNull() ? " NOT NULL" : ""));
                s.execute("CREATE TABLE IF NOT EXISTS " + quoted(t.id()) + " (" + j + ")");
            }
        }
    }
}
