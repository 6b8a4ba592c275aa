package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject.Comment;
import io.walferry.job.catalog.SourceObject.Grant;

/** How SQL calls an object, and what is said of objects by their names. */
public final class NameSql {

    private NameSql() {}

    public static String comment(Comment comment) {
        return "COMMENT ON " + named(comment.on()) + " IS " + literal(comment.text());
    }

    /** Takes back what {@link #grant} gives. */
    public static String revoke(Grant grant) {
        if (grant.privilege().isEmpty()) {
            return "GRANT ALL ON " + object(grant.on()) + " TO PUBLIC";
        }
        return "REVOKE " + privilege(grant) + " FROM "
                + (grant.grantee().isEmpty() ? "PUBLIC" : quoted(grant.grantee()));
    }

    /** An empty privilege takes from PUBLIC what it has by default. */
    public static String grant(Grant grant) {
        if (grant.privilege().isEmpty()) {
            return "REVOKE ALL ON " + object(grant.on()) + " FROM PUBLIC";
        }
        return "GRANT " + privilege(grant) + " TO "
                + (grant.grantee().isEmpty() ? "PUBLIC" : quoted(grant.grantee()))
                + (grant.grantable() ? " WITH GRANT OPTION" : "");
    }

    private static String privilege(Grant grant) {
        boolean column = grant.on().kind() == ObjectKind.COLUMN;
        return grant.privilege() + (column ? " (" + quoted(grant.on().detail()) + ")" : "") + " ON "
                + object(grant.on());
    }

    private static String object(ObjectName on) {
        return switch (on.kind()) {
            case COLUMN, VIEW, MATERIALIZED_VIEW -> "TABLE " + quoted(on.id());
            case AGGREGATE -> "FUNCTION " + routine(on);
            default -> named(on);
        };
    }

    /** The object as {@code COMMENT ON} takes it. */
    public static String named(ObjectName name) {
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
