package io.walferry.job.catalog;

import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something at the source that the target gets, with what is needed to create it. Texts that the server made ({@code
 * pg_get_*}) are SQL with qualified names.
 */
public sealed interface SourceObject {

    /** Schema and name; of an extension, its schema and its name; of what belongs to a relation, that one's. */
    TableId id();

    ObjectName name();

    /** What the server's texts name, if there are any. */
    default Mentions mentions() {
        return Mentions.NONE;
    }

    /** What the source calls it; not {@link #name()} where it belongs to a table with a new name. */
    default ObjectName sourceName() {
        return mentions().newNames().map(NewNames::source).orElse(name());
    }

    /** @param version {@code extversion} at the source */
    record Extension(TableId id, String version) implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.EXTENSION, id);
        }
    }

    /**
     * @param provider {@code collprovider}: c, i, b or d
     * @param locale of ICU and the built-in provider
     * @param rules of ICU
     */
    record Collation(
            TableId id,
            char provider,
            String collate,
            String ctype,
            Optional<String> locale,
            boolean deterministic,
            Optional<String> rules)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.COLLATION, id);
        }
    }

    /** Labels in their order. */
    record EnumType(TableId id, List<String> labels) implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.TYPE, id);
        }
    }

    /** Attributes in their order. */
    record CompositeType(TableId id, List<SourceColumn> attributes) implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.TYPE, id);
        }
    }

    /** @param type SQL of the type that it is over */
    record DomainType(
            TableId id,
            String type,
            Optional<String> collation,
            boolean notNull,
            Optional<String> defaultExpression,
            List<Check> checks)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.DOMAIN, id);
        }
    }

    /**
     * @param subtype SQL
     * @param operatorClass SQL
     * @param canonical SQL of the function's name
     * @param difference SQL of the function's name
     * @param multirange name; empty before version 14
     */
    record RangeType(
            TableId id,
            String subtype,
            String operatorClass,
            Optional<String> collation,
            Optional<String> canonical,
            Optional<String> difference,
            Optional<String> multirange)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.TYPE, id);
        }
    }

    /**
     * A function, procedure or aggregate.
     *
     * @param kind FUNCTION, PROCEDURE or AGGREGATE
     * @param arguments types of the arguments, which tell it from others of the name
     * @param definition {@code pg_get_functiondef}; of an aggregate, the like
     */
    record Function(
            TableId id, ObjectKind kind, String arguments, String language, String definition, Mentions mentions)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return new ObjectName(kind, id, arguments);
        }
    }

    /**
     * A sequence, also one of an identity column.
     *
     * @param type SQL
     * @param ownerColumn the column that it goes with
     * @param identity the column is an identity column, which brings it
     * @param source its name at the source
     */
    record Sequence(
            TableId id,
            String type,
            long start,
            long increment,
            long min,
            long max,
            long cache,
            boolean cycle,
            Optional<TableId> ownerTable,
            Optional<String> ownerColumn,
            boolean identity,
            TableId source)
            implements SourceObject {
        /** One that keeps its name. */
        public Sequence(
                TableId id,
                String type,
                long start,
                long increment,
                long min,
                long max,
                long cache,
                boolean cycle,
                Optional<TableId> ownerTable,
                Optional<String> ownerColumn,
                boolean identity) {
            this(id, type, start, increment, min, max, cache, cycle, ownerTable, ownerColumn, identity, id);
        }

        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.SEQUENCE, id);
        }
    }

    /**
     * A table or a partition.
     *
     * @param pages {@code relpages}
     * @param options storage parameters as SQL: {@code fillfactor='70'}
     * @param partitionKey SQL after PARTITION BY, of a partitioned table
     * @param partitionOf the table that it is a partition of
     * @param bound SQL of a partition's bound: {@code FOR VALUES …} or {@code DEFAULT}
     * @param inherits tables that it inherits from as {@code INHERITS} says
     * @param type SQL of the composite type that it is OF
     * @param accessMethod {@code heap}, as a rule
     * @param unlogged its rows are not in the changelog, so it stays empty at the target
     * @param replicaIdentity an index is the one that says so of itself
     */
    record Table(
            TableId id,
            long oid,
            long pages,
            List<SourceColumn> columns,
            List<Check> checks,
            List<SourceIndex> indexes,
            List<String> options,
            Optional<String> partitionKey,
            Optional<TableId> partitionOf,
            Optional<String> bound,
            List<TableId> inherits,
            Optional<String> type,
            String accessMethod,
            boolean unlogged,
            ReplicaIdentity replicaIdentity)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.TABLE, id);
        }
    }

    /**
     * A foreign key.
     *
     * @param id the table that has it
     * @param parentColumns of {@code parent}, one for each of {@code columns}
     * @param period the last pair of columns is a period
     * @param actions SQL of what follows the columns: {@code  ON DELETE SET NULL}; with a space in front if not empty
     * @param setColumns columns that ON DELETE sets, if it is not all of them
     * @param timing SQL: {@code  DEFERRABLE INITIALLY DEFERRED}; with a space in front if not empty
     * @param validated all rows obey it
     */
    record ForeignKey(
            TableId id,
            String constraint,
            List<String> columns,
            TableId parent,
            List<String> parentColumns,
            boolean period,
            String actions,
            List<String> setColumns,
            String timing,
            boolean validated,
            boolean enforced)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.on(ObjectKind.FOREIGN_KEY, id, constraint);
        }
    }

    /**
     * A view.
     *
     * @param options storage parameters as SQL: {@code security_barrier='true'}
     * @param definition {@code pg_get_viewdef}
     * @param defaults SQL of a column's default, by the column's name
     */
    record View(TableId id, List<String> options, String definition, Map<String, String> defaults, Mentions mentions)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.VIEW, id);
        }
    }

    /**
     * A materialized view.
     *
     * @param options storage parameters as SQL
     * @param definition {@code pg_get_viewdef}
     * @param populated it can be read
     * @param columns for what {@code ALTER COLUMN} sets
     */
    record MaterializedView(
            TableId id,
            List<String> options,
            String definition,
            boolean populated,
            List<SourceColumn> columns,
            List<SourceIndex> indexes,
            Mentions mentions)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.of(ObjectKind.MATERIALIZED_VIEW, id);
        }
    }

    /**
     * A rule of a table or a view.
     *
     * @param id the relation that has it
     * @param ofView the relation is a view
     * @param event {@code ev_type}: 2 UPDATE, 3 INSERT, 4 DELETE
     * @param enabled {@code ev_enabled}: O, D, R or A
     * @param definition {@code pg_get_ruledef}
     */
    record Rule(TableId id, String rule, boolean ofView, char event, char enabled, String definition, Mentions mentions)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.on(ObjectKind.RULE, id, rule);
        }
    }

    /**
     * A trigger of a table or a view.
     *
     * @param id the relation that has it
     * @param ofView the relation is a view
     * @param ofPartitioned the relation is a partitioned table
     * @param enabled {@code tgenabled}: O, D, R or A
     * @param definition {@code pg_get_triggerdef}
     */
    record Trigger(
            TableId id,
            String trigger,
            boolean ofView,
            boolean ofPartitioned,
            char enabled,
            String definition,
            Mentions mentions)
            implements SourceObject {
        @Override
        public ObjectName name() {
            return ObjectName.on(ObjectKind.TRIGGER, id, trigger);
        }
    }

    /**
     * What is wholly said by statements: an operator, an operator family or class, a cast, extended statistics.
     *
     * @param statements complete SQL
     */
    record Scripted(ObjectName name, List<String> statements, Mentions mentions) implements SourceObject {
        public Scripted {
            statements = List.copyOf(statements);
        }

        @Override
        public TableId id() {
            return name.id();
        }
    }

    /** The comment on an object or a column, which is made together with what it is on. */
    record Comment(ObjectName on, String text) implements SourceObject {
        @Override
        public TableId id() {
            return on.id();
        }

        @Override
        public ObjectName name() {
            return new ObjectName(ObjectKind.COMMENT, on.id(), "on " + on);
        }
    }

    /**
     * A privilege on an object or a column.
     *
     * @param privilege SQL: {@code SELECT}
     * @param grantee name of a role; empty for PUBLIC
     */
    record Grant(ObjectName on, String privilege, String grantee, boolean grantable) implements SourceObject {
        @Override
        public TableId id() {
            return on.id();
        }

        @Override
        public ObjectName name() {
            return new ObjectName(
                    ObjectKind.GRANT,
                    on.id(),
                    privilege + " on " + on + " to " + (grantee.isEmpty() ? "PUBLIC" : grantee));
        }
    }

    /**
     * A CHECK constraint.
     *
     * @param definition {@code pg_get_constraintdef}
     * @param local declared where it is, not only inherited
     * @param inherited inherited from a parent
     */
    record Check(
            String name, String definition, boolean local, boolean inherited, boolean validated, boolean enforced) {}
}
