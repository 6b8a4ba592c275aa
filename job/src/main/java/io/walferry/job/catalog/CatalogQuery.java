package io.walferry.job.catalog;

import io.walferry.job.sql.CatalogSql;
import io.walferry.job.sql.DependencySql;
import io.walferry.job.sql.ObjectSql;
import io.walferry.job.sql.RemarkSql;
import io.walferry.job.sql.RoutineSql;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * What is asked of a catalog. The readers ask it of a server, and the image of an object holds its rows of every answer, so that
 * both give the same.
 */
enum CatalogQuery {
    RELATIONS(12, version -> CatalogSql.relations()),
    INHERITANCE(2, version -> CatalogSql.inheritance()),
    COLUMNS(19, CatalogSql::columns, 1),
    TYPES(9, CatalogSql::types),
    INDEXES(23, CatalogSql::indexes, 2),
    CANDIDATES(7, ObjectSql::candidates),
    PARTS(6, ObjectSql::parts, 4, 4, 4, 4),
    EDGES(4, version -> DependencySql.edges()),
    WHOLES(5, DependencySql::wholes),
    CHECKS(9, DependencySql::checks, 1, 2),
    USER_TYPES(18, DependencySql::userTypes, 1),
    FUNCTIONS(7, DependencySql::functions, 1),
    AGGREGATES(5, RoutineSql::aggregates, 1),
    COLLATIONS(9, DependencySql::collations, 1),
    EXTENSIONS(4, version -> DependencySql.extensions(), 1),
    SEQUENCES(14, version -> DependencySql.sequences(), 1, 11),
    TABLES(6, DependencySql::tables, 1),
    FOREIGN_KEYS(14, ObjectSql::foreignKeys, 1),
    VIEWS(7, version -> ObjectSql.views(), 1),
    RULES(7, version -> ObjectSql.rules(), 1),
    TRIGGERS(7, version -> ObjectSql.triggers(), 1),
    STATISTICS(5, ObjectSql::statistics, 1),
    OPERATORS(5, version -> RoutineSql.operators(), 1),
    OPERATOR_FAMILIES(6, version -> RoutineSql.operatorFamilies(), 1),
    OPERATOR_CLASSES(5, version -> RoutineSql.operatorClasses(), 1),
    CASTS(5, version -> RoutineSql.casts(), 1),
    COMMENTS(6, version -> RemarkSql.comments()),
    GRANTS(6, version -> RemarkSql.grants());

    private final int columns;
    private final IntFunction<String> sql;
    private final List<Integer> keys;

    CatalogQuery(int columns, IntFunction<String> sql, Integer... keys) {
        this.columns = columns;
        this.sql = sql;
        this.keys = Arrays.asList(keys);
    }

    /** Its name in an image. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Number of columns of its answer. */
    int columns() {
        return columns;
    }

    String sql(int version) {
        return sql.apply(version);
    }

    /** Per parameter the column that is among its OIDs, any of them; none: an answer with more rows does no harm. */
    List<Integer> keys() {
        return keys;
    }
}
