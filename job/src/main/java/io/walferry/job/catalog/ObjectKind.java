package io.walferry.job.catalog;

/** Kinds of objects, in the words of SQL. */
public enum ObjectKind {
    SCHEMA,
    EXTENSION,
    COLLATION,
    TYPE,
    DOMAIN,
    SEQUENCE,
    TABLE,
    FOREIGN_TABLE,
    INDEX,
    /** Of a table. */
    CONSTRAINT,
    DOMAIN_CONSTRAINT,
    FOREIGN_KEY,
    REPLICA_IDENTITY,
    FUNCTION,
    PROCEDURE,
    AGGREGATE,
    OPERATOR,
    OPERATOR_FAMILY,
    OPERATOR_CLASS,
    CAST,
    STATISTICS,
    VIEW,
    MATERIALIZED_VIEW,
    RULE,
    TRIGGER,
    COLUMN,
    TEXT_SEARCH,
    CONVERSION,
    POLICY,
    COMMENT,
    GRANT;

    /** For people: {@code materialized view}. */
    public String words() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
