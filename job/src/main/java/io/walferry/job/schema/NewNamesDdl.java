package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.NewNames;
import io.walferry.job.catalog.SourceObject.MaterializedView;
import io.walferry.job.catalog.SourceObject.Rule;
import io.walferry.job.catalog.SourceObject.Scripted;
import io.walferry.job.catalog.SourceObject.Trigger;
import io.walferry.job.catalog.SourceObject.View;
import java.util.Map;

/** Statements that create what hangs on tables with new names: facts in, text out. */
final class NewNamesDdl {

    private static final String SHADOW = "view";

    private NewNamesDdl() {}

    /** @param create what stands before the query */
    static String create(View view, NewNames names, String create) {
        NewNamesSql sql = query(names, view.definition(), view.defaults().toString());
        sql.write(definition(sql), create, "");
        for (Map.Entry<String, String> column : view.defaults().entrySet()) {
            String alter = " ALTER COLUMN " + quoted(column.getKey()) + " SET DEFAULT ";
            sql.read("ALTER VIEW " + sql.aside(SHADOW) + alter + column.getValue())
                    .write(
                            "SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d"
                                    + " JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
                                    + " WHERE d.adrelid = " + shadow(sql) + " AND a.attname = "
                                    + literal(column.getKey()),
                            "ALTER VIEW " + quoted(view.id()) + alter,
                            "");
        }
        return sql.sql();
    }

    /**
     * Statement of a materialized view.
     *
     * @param create what stands before the query
     * @param after what stands behind it
     */
    static String create(MaterializedView view, NewNames names, String create, String after) {
        NewNamesSql sql = query(names, view.definition(), "");
        return sql.write(definition(sql), create, after).sql();
    }

    private static NewNamesSql query(NewNames names, String definition, String others) {
        NewNamesSql sql = new NewNamesSql(names, definition + others);
        return sql.read("CREATE VIEW " + sql.aside(SHADOW) + " AS\n" + definition);
    }

    private static String definition(NewNamesSql sql) {
        return "pg_catalog.pg_get_viewdef(" + shadow(sql) + ")";
    }

    private static String shadow(NewNamesSql sql) {
        return regclass(sql.aside(SHADOW));
    }

    private static String regclass(String relation) {
        return literal(relation) + "::pg_catalog.regclass";
    }

    static String create(Rule rule, NewNames names) {
        NewNamesSql sql = new NewNamesSql(names, rule.definition());
        return sql.read(rule.definition())
                .write(
                        "SELECT pg_catalog.pg_get_ruledef(r.oid) FROM pg_catalog.pg_rewrite r WHERE r.ev_class = "
                                + regclass(sql.relation(names.source().id())) + " AND r.rulename = "
                                + literal(rule.rule()),
                        "",
                        "")
                .sql();
    }

    static String create(Trigger trigger, NewNames names) {
        NewNamesSql sql = new NewNamesSql(names, trigger.definition());
        return sql.read(trigger.definition())
                .write(
                        "SELECT pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t WHERE t.tgrelid = "
                                + regclass(sql.relation(names.source().id())) + " AND t.tgname = "
                                + literal(trigger.trigger()),
                        "",
                        "")
                .sql();
    }

    /** Extended statistics; of their statements, the first. */
    static String create(Scripted statistics, NewNames names) {
        String statement = statistics.statements().get(0);
        return new NewNamesSql(names, statement)
                .read(statement)
                .write(
                        "SELECT pg_catalog.pg_get_statisticsobjdef(s.oid) FROM pg_catalog.pg_statistic_ext s"
                                + " JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace WHERE s.stxname = "
                                + literal(statistics.id().name()) + " AND n.nspname = "
                                + literal(statistics.id().schema()),
                        "",
                        "")
                .sql();
    }
}
