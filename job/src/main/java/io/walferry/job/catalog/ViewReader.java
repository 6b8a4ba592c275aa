package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads views, materialized views, and what relations have: rules, triggers, extended statistics. */
final class ViewReader {

    private final SourceObjects objects;

    ViewReader(SourceObjects objects) {
        this.objects = objects;
    }

    /**
     * Reads views.
     *
     * @param views those that are selected
     * @param columns per materialized view
     * @param indexes per materialized view
     */
    void readViews(List<Relation> views, Map<Long, List<SourceColumn>> columns, Map<Long, List<SourceIndex>> indexes)
            throws SQLException {
        Rows.read(
                objects.source(),
                CatalogQuery.VIEWS,
                row -> {
                    long oid = row.getLong(1);
                    ObjectKey key = new ObjectKey("pg_class", oid);
                    TableId id = objects.relation(oid);
                    String definition = withoutSemicolon(row.getString(3));
                    List<String> options = Rows.lines(row, 5);
                    if (row.getBoolean(2)) {
                        objects.put(
                                key,
                                new SourceObject.MaterializedView(
                                        id,
                                        options,
                                        definition,
                                        row.getBoolean(4),
                                        columns.getOrDefault(oid, List.of()),
                                        indexes.getOrDefault(oid, List.of()),
                                        objects.mentions(key)));
                    } else {
                        Map<String, String> defaults = new LinkedHashMap<>();
                        List<String> names = Rows.texts(row, 6);
                        List<String> expressions = Rows.texts(row, 7);
                        for (int i = 0; i < names.size(); i++) {
                            defaults.put(names.get(i), expressions.get(i));
                        }
                        objects.put(
                                key, new SourceObject.View(id, options, definition, defaults, objects.mentions(key)));
                    }
                    return null;
                },
                views.stream().map(Relation::oid).toList());
    }

    /** Reads rules, triggers and extended statistics. */
    void readParts() throws SQLException {
        Rows.read(
                objects.source(),
                CatalogQuery.RULES,
                row -> {
                    ObjectKey key = new ObjectKey("pg_rewrite", row.getLong(1));
                    objects.put(
                            key,
                            new SourceObject.Rule(
                                    objects.relation(row.getLong(2)),
                                    row.getString(7),
                                    row.getBoolean(3),
                                    Rows.character(row, 4),
                                    Rows.character(row, 5),
                                    withoutSemicolon(row.getString(6)),
                                    objects.mentions(key)));
                    return null;
                },
                objects.wanted("pg_rewrite"));
        Rows.read(
                objects.source(),
                CatalogQuery.TRIGGERS,
                row -> {
                    ObjectKey key = new ObjectKey("pg_trigger", row.getLong(1));
                    objects.put(
                            key,
                            new SourceObject.Trigger(
                                    objects.relation(row.getLong(2)),
                                    row.getString(7),
                                    row.getBoolean(3),
                                    row.getBoolean(4),
                                    Rows.character(row, 5),
                                    row.getString(6),
                                    objects.mentions(key)));
                    return null;
                },
                objects.wanted("pg_trigger"));
        Rows.read(
                objects.source(),
                CatalogQuery.STATISTICS,
                row -> {
                    ObjectKey key = new ObjectKey("pg_statistic_ext", row.getLong(1));
                    objects.put(
                            key,
                            new SourceObject.Scripted(
                                    ObjectName.of(
                                            ObjectKind.STATISTICS, new TableId(row.getString(2), row.getString(3))),
                                    Stream.concat(Rows.optional(row, 4).stream(), Rows.optional(row, 5).stream())
                                            .toList(),
                                    objects.mentions(key)));
                    return null;
                },
                objects.wanted("pg_statistic_ext"));
    }

    private static String withoutSemicolon(String sql) {
        String text = sql.strip();
        return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
    }
}
