package io.walferry.job.catalog;

import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the foreign keys between tables of the task. */
final class ForeignKeyReader {

    private ForeignKeyReader() {}

    /**
     * The foreign keys in the order of their tables.
     *
     * @param tables all that are created
     * @param leftOut gets those to other tables
     * @param findings gets them too
     */
    static List<SourceObject.ForeignKey> read(
            SourceObjects objects, List<Relation> tables, List<LeftOut> leftOut, List<Finding> findings)
            throws SQLException {
        Set<Long> created = new HashSet<>(tables.stream().map(Relation::oid).toList());
        List<SourceObject.ForeignKey> keys = new ArrayList<>();
        Rows.read(
                objects.source(),
                CatalogQuery.FOREIGN_KEYS,
                row -> {
                    SourceObject.ForeignKey key = new SourceObject.ForeignKey(
                            objects.relation(row.getLong(1)),
                            row.getString(2),
                            Rows.texts(row, 6),
                            new TableId(row.getString(3), row.getString(4)),
                            Rows.texts(row, 7),
                            row.getBoolean(8),
                            row.getString(9),
                            Rows.texts(row, 10),
                            row.getString(11),
                            row.getBoolean(12),
                            row.getBoolean(13));
                    if (created.contains(row.getLong(5))) {
                        keys.add(key);
                    } else {
                        leftOut.add(LeftOut.of(key.name(), "it refers to " + key.parent() + ", which is not selected"));
                        findings.add(Finding.warning(
                                "source table " + key.id(),
                                "its foreign key " + key.constraint() + " refers to " + key.parent()
                                        + ", which is not selected, so it is not created at the target",
                                "Select " + key.parent() + " too"));
                    }
                    return null;
                },
                created);
        return keys;
    }
}
