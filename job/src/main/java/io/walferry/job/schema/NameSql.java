package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject.Comment;
import io.walferry.job.catalog.SourceObject.Grant;

/** How SQL calls an object, and what is said of objects by their names. */
final class NameSql {

    private NameSql() {}

    static String comment(Comment comment) {
        return "COMMENT ON " + named(comment.on()) + " IS " + literal(comment.text());
    }

    /** An empty privilege takes from PUBLIC what it has by default. */
    static String grant(Grant grant) {
        ObjectName on = grant.on();
        boolean column = on.kind() == ObjectKind.COLUMN;
        String object = column
                ? "TABLE " + quoted(on.id())
                : switch (on.kind()) {
                    case VIEW, MATERIALIZED_VIEW -> "TABLE " + quoted(on.id());
                    case AGGREGATE -> "FUNCTION " + routine(on);
                    default -> named(on);
                };
        if (grant.privilege().isEmpty()) {
            return "REVOKE ALL ON " + object + " FROM PUBLIC";
        }
        return "GRANT " + grant.privilege() + (column ? " (" + quoted(on.detail()) + ")" : "") + " ON " + object
                + " TO "
                + (grant.grantee().isEmpty() ? "PUBLIC" : quoted(grant.grantee()))
                + (grant.grantable() ? " WITH GRANT OPTION" : "");
    }

    /** The object as {@code COMMENT ON} takes it. */
    static String named(ObjectName name) {
        String kind = name.kind().words().toUpperCase(java.util.Locale.ROOT);
        return switch (name.kind()) {
            case SCHEMA, EXTENSION -> kind + " " + quoted(name.id().name());
            case COLUMN -> kind + " " + quoted(name.id()) + "." + quoted(name.detail());
            case CONSTRAINT, FOREIGN_KEY -> "CONSTRAINT " + quoted(name.detail()) + " ON " + quoted(name.id());
            case DOMAIN_CONSTRAINT -> "CONSTRAINT " + quoted(name.detail()) + " ON DOMAIN " + quoted(name.id());
            case RULE, TRIGGER -> kind + " " + quoted(name.detail()) + " ON " + quoted(name.id());
            case FUNCTION, PROCEDURE, AGGREGATE -> kind + " " + routine(name);
            case OPERATOR -> kind + " " + quoted(name.id().schema()) + "."
                    + name.id().name() + " (" + name.detail() + ")";
            case OPERATOR_FAMILY, OPERATOR_CLASS -> kind + " " + quoted(name.id()) + " USING " + quoted(name.detail());
            case CAST -> kind + " (" + name.detail() + ")";
            default -> kind + " " + quoted(name.id());
        };
    }

    private static String routine(ObjectName name) {
        boolean anyRow = name.kind() == ObjectKind.AGGREGATE && name.detail().isEmpty();
        return quoted(name.id()) + "(" + (anyRow ? "*" : name.detail()) + ")";
    }
}
