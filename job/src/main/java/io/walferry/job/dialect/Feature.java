package io.walferry.job.dialect;

/** What not every version of PostgreSQL can do. */
public enum Feature {
    GENERATED_COLUMN(12, "generated columns"),
    VIRTUAL_COLUMN(18, "virtual generated columns"),
    NONDETERMINISTIC_COLLATION(12, "nondeterministic collations"),
    BUILTIN_COLLATION(17, "collations of the built-in provider"),
    COLLATION_RULES(16, "collations with rules of their own"),
    COLUMN_COMPRESSION(14, "a compression method per column"),
    NEGATIVE_SCALE(15, "numeric with a negative scale, or one above its precision"),
    NULLS_NOT_DISTINCT(15, "NULLS NOT DISTINCT"),
    INCLUDE_GIST(12, "INCLUDE with gist indexes"),
    INCLUDE_SPGIST(14, "INCLUDE with spgist indexes"),
    BRIN_BLOOM_MULTI(14, "the bloom and minmax-multi operator classes of brin"),
    DEDUPLICATION(13, "the storage parameter deduplicate_items"),
    PARTITIONED_EXCLUSION(17, "exclusion constraints on partitioned tables"),
    PERIODS(18, "constraints WITHOUT OVERLAPS"),
    UNENFORCED_CHECK(18, "constraints that are NOT ENFORCED"),
    SQL_BODY_FUNCTION(14, "functions with an SQL body"),
    TABLE_ACCESS_METHOD(12, "table access methods"),
    MULTIRANGE_NAME(14, "multirange types"),
    PARTITIONED_PARENT(12, "foreign keys to partitioned tables"),
    SET_COLUMNS(15, "foreign keys that set only some columns"),
    SECURITY_INVOKER(15, "views with the rights of who reads them"),
    PARTITIONED_BEFORE_TRIGGER(13, "BEFORE triggers for each row of partitioned tables"),
    MOST_COMMON_VALUES(12, "extended statistics of most common values"),
    MAINTAIN(17, "the privilege MAINTAIN");

    private final int since;
    private final String words;

    Feature(int since, String words) {
        this.since = since;
        this.words = words;
    }

    /** The first major version that has it. */
    public int since() {
        return since;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
