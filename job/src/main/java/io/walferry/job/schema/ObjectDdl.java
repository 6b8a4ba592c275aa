package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Statements that create what tables need: facts in, text out. */
public final class ObjectDdl {

    private ObjectDdl() {}

    static String createSchema(String name) {
        return "CREATE SCHEMA " + quoted(name);
    }

    static String create(SourceObject.Extension extension) {
        return "CREATE EXTENSION IF NOT EXISTS " + quoted(extension.id().name()) + " SCHEMA "
                + quoted(extension.id().schema()) + " CASCADE";
    }

    static String create(SourceObject.Collation collation) {
        List<String> options = new ArrayList<>();
        if (collation.provider() == 'c') {
            options.add("provider = libc");
            options.add("lc_collate = " + literal(collation.collate()));
            options.add("lc_ctype = " + literal(collation.ctype()));
        } else {
            options.add("provider = " + (collation.provider() == 'b' ? "builtin" : "icu"));
            options.add("locale = " + literal(collation.locale().orElse("")));
        }
        if (!collation.deterministic()) {
            options.add("deterministic = false");
        }
        collation.rules().ifPresent(rules -> options.add("rules = " + literal(rules)));
        return "CREATE COLLATION " + quoted(collation.id()) + " (" + String.join(", ", options) + ")";
    }

    static String create(SourceObject.EnumType type) {
        return "CREATE TYPE " + quoted(type.id()) + " AS ENUM ("
                + type.labels().stream().map(label -> literal(label).trim()).collect(Collectors.joining(", ")) + ")";
    }

    static String create(SourceObject.CompositeType type) {
        return "CREATE TYPE " + quoted(type.id()) + " AS ("
                + type.attributes().stream().map(ObjectDdl::attribute).collect(Collectors.joining(", ")) + ")";
    }

    /** What {@code ADD ATTRIBUTE} takes. */
    public static String attribute(SourceColumn column) {
        return quoted(column.name()) + " " + column.column().type()
                + column.collation().map(name -> " COLLATE " + name).orElse("");
    }

    static String create(SourceObject.DomainType domain) {
        StringBuilder sql = new StringBuilder("CREATE DOMAIN ")
                .append(quoted(domain.id()))
                .append(" AS ")
                .append(domain.type());
        domain.collation().ifPresent(name -> sql.append(" COLLATE ").append(name));
        domain.defaultExpression()
                .ifPresent(expression -> sql.append(" DEFAULT ").append(expression));
        if (domain.notNull()) {
            sql.append(" NOT NULL");
        }
        for (SourceObject.Check check : domain.checks()) {
            if (check.validated()) {
                sql.append(" CONSTRAINT ")
                        .append(quoted(check.name()))
                        .append(' ')
                        .append(check.definition());
            }
        }
        return sql.toString();
    }

    /** @param withMultirange the target has multiranges, so theirs can be named */
    static String create(SourceObject.RangeType type, boolean withMultirange) {
        List<String> options = new ArrayList<>();
        options.add("subtype = " + type.subtype());
        options.add("subtype_opclass = " + type.operatorClass());
        type.collation().ifPresent(name -> options.add("collation = " + name));
        type.canonical().ifPresent(name -> options.add("canonical = " + name));
        type.difference().ifPresent(name -> options.add("subtype_diff = " + name));
        if (withMultirange) {
            type.multirange()
                    .ifPresent(name -> options.add(
                            "multirange_type_name = " + quoted(type.id().schema()) + "." + quoted(name)));
        }
        return "CREATE TYPE " + quoted(type.id()) + " AS RANGE (" + String.join(", ", options) + ")";
    }

    static String create(SourceObject.Sequence sequence) {
        return "CREATE SEQUENCE " + quoted(sequence.id()) + " AS " + sequence.type() + " " + options(sequence);
    }

    /** What {@code CREATE SEQUENCE} and the parentheses of an identity column share. */
    public static String options(SourceObject.Sequence sequence) {
        return "START WITH %d INCREMENT BY %d MINVALUE %d MAXVALUE %d CACHE %d%s"
                .formatted(
                        sequence.start(),
                        sequence.increment(),
                        sequence.min(),
                        sequence.max(),
                        sequence.cache(),
                        sequence.cycle() ? " CYCLE" : " NO CYCLE");
    }

    /** SQL after {@code ADD CONSTRAINT} and its name. */
    public static String definition(SourceObject.ForeignKey key) {
        String actions =
                key.setColumns().isEmpty() ? key.actions() : key.actions() + " (" + quoted(key.setColumns()) + ")";
        return "FOREIGN KEY (" + columns(key.columns(), key.period()) + ") REFERENCES " + quoted(key.parent()) + " ("
                + columns(key.parentColumns(), key.period()) + ")" + actions + key.timing()
                + (key.enforced() ? "" : " NOT ENFORCED");
    }

    private static String columns(List<String> names, boolean period) {
        List<String> columns =
                new ArrayList<>(names.stream().map(name -> quoted(name)).toList());
        if (period) {
            columns.add("PERIOD " + columns.remove(columns.size() - 1));
        }
        return String.join(", ", columns);
    }

    static List<String> create(SourceObject.View view) {
        return view("CREATE VIEW ", view, true);
    }

    /** What replaces a view of the same columns by the view; its defaults stay as they are, unless new names are put into it. */
    public static String replace(SourceObject.View view) {
        return view("CREATE OR REPLACE VIEW ", view, false).get(0);
    }

    private static List<String> view(String create, SourceObject.View view, boolean withDefaults) {
        String start = create + quoted(view.id()) + with(view.options()) + " AS\n";
        if (view.mentions().newNames().isPresent()) {
            return List.of(NewNamesDdl.create(view, view.mentions().newNames().get(), start));
        }
        List<String> statements = new ArrayList<>();
        statements.add(start + view.definition());
        if (withDefaults) {
            view.defaults()
                    .forEach((column, expression) -> statements.add("ALTER VIEW " + quoted(view.id()) + " ALTER COLUMN "
                            + quoted(column) + " SET DEFAULT " + expression));
        }
        return statements;
    }

    static List<String> create(SourceObject.MaterializedView view) {
        String start = "CREATE MATERIALIZED VIEW " + quoted(view.id()) + with(view.options()) + " AS\n";
        String end = view.populated() ? "\nWITH DATA" : "\nWITH NO DATA";
        List<String> statements = new ArrayList<>();
        statements.add(view.mentions()
                .newNames()
                .map(names -> NewNamesDdl.create(view, names, start, end))
                .orElse(start + view.definition() + end));
        view.columns()
                .forEach(column -> statements.addAll(TableDdl.alterations("MATERIALIZED VIEW", view.id(), column)));
        return statements;
    }

    static String create(SourceObject.Rule rule) {
        return rule.mentions()
                .newNames()
                .map(names -> NewNamesDdl.create(rule, names))
                .orElse(rule.definition());
    }

    static String create(SourceObject.Trigger trigger) {
        return trigger.mentions()
                .newNames()
                .map(names -> NewNamesDdl.create(trigger, names))
                .orElse(trigger.definition());
    }

    static List<String> create(SourceObject.Scripted scripted) {
        List<String> statements = new ArrayList<>(scripted.statements());
        scripted.mentions().newNames().ifPresent(names -> statements.set(0, NewNamesDdl.create(scripted, names)));
        return statements;
    }

    private static String with(List<String> options) {
        return options.isEmpty() ? "" : " WITH (" + String.join(", ", options) + ")";
    }
}
