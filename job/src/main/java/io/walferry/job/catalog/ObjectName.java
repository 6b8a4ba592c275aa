package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.io.Serializable;

/**
 * What an object is called.
 *
 * @param id schema and name; of a schema its name twice, of what belongs to a relation or a domain that one's
 * @param detail what else tells it apart: the arguments of a routine or an operator, the name of a constraint, a rule, a trigger
 *     or a column, the access method of an operator class, the two types of a cast; empty for the others
 */
public record ObjectName(ObjectKind kind, TableId id, String detail) implements Serializable {

    public static ObjectName of(ObjectKind kind, TableId id) {
        return new ObjectName(kind, id, "");
    }

    /** Of something that has a name of its own and belongs to {@code on}. */
    public static ObjectName on(ObjectKind kind, TableId on, String name) {
        return new ObjectName(kind, on, name);
    }

    /** For people, without the kind: {@code shop.norm(text)}, {@code later of table shop.orders}. */
    public String identity() {
        return switch (kind) {
            case SCHEMA, EXTENSION -> id.name();
            case CONSTRAINT, FOREIGN_KEY -> detail + " of table " + id;
            case RULE, TRIGGER, POLICY -> detail + " of " + id;
            case DOMAIN_CONSTRAINT -> detail + " of domain " + id;
            case REPLICA_IDENTITY -> "of table " + id;
            case FUNCTION, PROCEDURE, AGGREGATE, OPERATOR -> id + "(" + detail + ")";
            case OPERATOR_CLASS, OPERATOR_FAMILY -> id + " for " + detail;
            case CAST -> "(" + detail + ")";
            case TEXT_SEARCH -> detail + " " + id;
            case COLUMN -> id + "." + detail;
            case GRANT, COMMENT -> detail;
            default -> id.toString();
        };
    }

    /** For people: {@code table shop.orders}. */
    @Override
    public String toString() {
        return (kind == ObjectKind.DOMAIN_CONSTRAINT ? "constraint" : kind.words()) + " " + identity();
    }
}
