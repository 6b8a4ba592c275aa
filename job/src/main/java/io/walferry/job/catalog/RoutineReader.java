package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads functions, procedures, aggregates, and what is made of them: operators, their families and classes, casts. */
final class RoutineReader {

    private final SourceObjects objects;

    RoutineReader(SourceObjects objects) {
        this.objects = objects;
    }

    void read() throws SQLException {
        Rows.read(
                objects.source(),
                CatalogQuery.FUNCTIONS,
                row -> {
                    String definition = row.getString(6);
                    String language = row.getString(5);
                    if (definition != null && !language.equals("c") && !language.equals("internal")) {
                        ObjectKind kind = row.getBoolean(7) ? ObjectKind.PROCEDURE : ObjectKind.FUNCTION;
                        routine(row, kind, language, definition);
                    }
                    return null;
                },
                objects.wanted("pg_proc"));
        Rows.read(
                objects.source(),
                CatalogQuery.AGGREGATES,
                row -> {
                    routine(row, ObjectKind.AGGREGATE, "internal", row.getString(5));
                    return null;
                },
                objects.wanted("pg_proc"));
        readScripted("pg_operator", ObjectKind.OPERATOR, CatalogQuery.OPERATORS, 1);
        readScripted("pg_opfamily", ObjectKind.OPERATOR_FAMILY, CatalogQuery.OPERATOR_FAMILIES, 2);
        readScripted("pg_opclass", ObjectKind.OPERATOR_CLASS, CatalogQuery.OPERATOR_CLASSES, 1);
        readScripted("pg_cast", ObjectKind.CAST, CatalogQuery.CASTS, 1);
    }

    private void routine(CatalogRow row, ObjectKind kind, String language, String definition) throws SQLException {
        ObjectKey key = new ObjectKey("pg_proc", row.getLong(1));
        objects.put(
                key,
                new SourceObject.Function(
                        new TableId(row.getString(2), row.getString(3)),
                        kind,
                        row.getString(4),
                        language,
                        definition,
                        objects.mentions(key)));
    }

    /** @param statements number of statements of a row, the first in column 5; those that are NULL do not count */
    private void readScripted(String catalog, ObjectKind kind, CatalogQuery query, int statements) throws SQLException {
        Rows.read(
                objects.source(),
                query,
                row -> {
                    ObjectKey key = new ObjectKey(catalog, row.getLong(1));
                    List<String> texts = new ArrayList<>();
                    for (int i = 0; i < statements; i++) {
                        Rows.optional(row, 5 + i).ifPresent(texts::add);
                    }
                    objects.put(
                            key,
                            new SourceObject.Scripted(
                                    new ObjectName(
                                            kind, new TableId(row.getString(2), row.getString(3)), row.getString(4)),
                                    texts,
                                    objects.mentions(key)));
                    return null;
                },
                objects.wanted(catalog));
    }
}
