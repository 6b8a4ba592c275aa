package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Optional;

/**
 * Something at the source that has to be at the target before rows can be written, with what is needed to create it. Texts
 * that the server made ({@code pg_get_*}) are SQL with qualified names.
 */
public sealed interface SourceObject {

    /** Schema and name; of an extension, its schema and its name. */
    TableId id();

    /** @param version {@code extversion} at the source */
    record Extension(TableId id, String version) implements SourceObject {}

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
            implements SourceObject {}

    /** Labels in their order. */
    record EnumType(TableId id, List<String> labels) implements SourceObject {}

    /** Attributes in their order. */
    record CompositeType(TableId id, List<SourceColumn> attributes) implements SourceObject {}

    /** @param type SQL of the type that it is over */
    record DomainType(
            TableId id,
            String type,
            Optional<String> collation,
            boolean notNull,
            Optional<String> defaultExpression,
            List<Check> checks)
            implements SourceObject {}

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
            implements SourceObject {}

    /**
     * @param arguments types of the arguments, which tell it from others of the name
     * @param definition {@code pg_get_functiondef}
     */
    record Function(TableId id, String arguments, String language, String definition) implements SourceObject {}

    /**
     * A sequence, also one of an identity column.
     *
     * @param type SQL
     * @param ownerColumn the column that it goes with
     * @param identity the column is an identity column, which brings it
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
            boolean identity)
            implements SourceObject {}

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
            String accessMethod)
            implements SourceObject {}

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
