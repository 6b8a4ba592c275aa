package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.*;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.*;
import java.sql.*;
import java.util.*;

public final class PostLoad {
    public interface Act {
        void activity(String s) throws SQLException;
    }

    private final StructurePlan p;
    private final Database target;

    public PostLoad(StructurePlan p, Database source, Database target, int n, Act a) {
        this.p = p;
        this.target = target;
    }

    public void afterLoad() throws SQLException {
        try (Connection c = target.open();
                Statement s = c.createStatement()) {
            for (TableSchema t : p.tables())
                if (!t.key().isEmpty())
                    s.execute("CREATE UNIQUE INDEX IF NOT EXISTS " + quoted(t.keyIndex()) + " ON " + quoted(t.id())
                            + " (" + quoted(t.key()) + ")");
        }
    }

    public void atConsistency() {}
}
