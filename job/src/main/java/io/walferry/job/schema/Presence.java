package io.walferry.job.schema;

import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject.Grant;
import io.walferry.job.model.TableId;
import java.io.Serializable;

/**
 * How to see at the target that a step is done: something of this kind and name is there.
 *
 * @param id schema and name; of a schema its name twice; of an extension, which has no schema in its name, an empty one
 * @param detail what else tells it apart: a function's arguments, a constraint's name, an index's table or parent
 */
record Presence(Kind kind, TableId id, String detail) implements Serializable {

    enum Kind {
        SCHEMA,
        EXTENSION,
        COLLATION,
        TYPE,
        FUNCTION,
        /** Table, view, sequence or index: they share their names. With a view's, where any of them is in the way. */
        RELATION,
        VIEW,
        MATERIALIZED_VIEW,
        /** Of {@code id}; {@code detail} is its parent. */
        PARTITION,
        /** A valid index; {@code detail} is its table. */
        INDEX,
        /** An index that is not valid; {@code detail} is its table. */
        INVALID_INDEX,
        /** Of the table or domain {@code id}. */
        CONSTRAINT,
        /** One of the table {@code id} that all rows obey. */
        VALID_CONSTRAINT,
        /** Of the table {@code id}: {@code f}, {@code n}, or {@code i:} and an index. */
        REPLICA_IDENTITY,
        OPERATOR,
        OPERATOR_FAMILY,
        OPERATOR_CLASS,
        CAST,
        STATISTICS,
        /** Of the relation {@code id}. */
        RULE,
        /** Of the relation {@code id}. */
        TRIGGER,
        /** {@code id} is attached to the index {@code detail}. */
        ATTACHED_INDEX,
        /** On {@code id}; see {@link #grant}. */
        GRANT,
        /** Cannot be seen: such a step is done every time. */
        NEVER
    }

    static Presence schema(String name) {
        return new Presence(Kind.SCHEMA, new TableId(name, name), "");
    }

    static Presence extension(String name) {
        return new Presence(Kind.EXTENSION, new TableId("", name), "");
    }

    static Presence of(Kind kind, TableId id) {
        return new Presence(kind, id, "");
    }

    static Presence index(TableId index, TableId table) {
        return new Presence(Kind.INDEX, index, table.toString());
    }

    static Presence constraint(TableId on, String name) {
        return new Presence(Kind.CONSTRAINT, on, name);
    }

    static Presence attached(TableId index, TableId parent) {
        return new Presence(Kind.ATTACHED_INDEX, index, parent.toString());
    }

    static Presence partition(TableId partition, TableId parent) {
        return new Presence(Kind.PARTITION, partition, parent.toString());
    }

    /** {@code detail}: the column or the arguments, the privilege (empty if PUBLIC has lost all), who has it and may grant it. */
    static Presence grant(Grant grant) {
        ObjectName on = grant.on();
        String part =
                switch (on.kind()) {
                    case SCHEMA -> "schema";
                    case COLUMN -> "column " + on.detail();
                    case FUNCTION, PROCEDURE, AGGREGATE -> "(" + on.detail().replaceAll("(^|, )IN ", "$1") + ")";
                    case TYPE, DOMAIN -> "type";
                    default -> "";
                };
        return new Presence(
                Kind.GRANT,
                on.id(),
                part + "|" + grant.privilege() + "|" + grant.grantee() + "|" + (grant.grantable() ? "*" : ""));
    }

    static Presence never() {
        return new Presence(Kind.NEVER, new TableId("", ""), "");
    }
}
