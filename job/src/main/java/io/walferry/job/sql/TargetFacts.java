package io.walferry.job.sql;

import java.util.List;

/**
 * What a writer has to know of a target table that the stream does not tell.
 *
 * @param partitioned a partitioned table, so rows live in its children; else its children are tables of their own
 * @param conflictTarget the key has a unique index that ON CONFLICT can use: valid, not partial, not deferrable
 * @param keyEquality per key column, the operator that its index calls equal, as {@code OPERATOR(schema.=)}: with an empty
 *     search path a bare {@code =} would not find an extension's
 */
public record TargetFacts(boolean partitioned, boolean conflictTarget, List<String> keyEquality) {

    public TargetFacts {
        keyEquality = List.copyOf(keyEquality);
    }

    /** Parameters: schema, table. No row: there is no such table. */
    public static String relationKind() {
        return """
                SELECT c.relkind::text
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ?""";
    }

    /**
     * The unique indexes of a table that identify a row by plain columns. Parameters: schema, table. The number of key
     * columns is read through JSON, because releases before 11 lack {@code indnkeyatts}.
     */
    public static String uniqueIndexes() {
        return """
                SELECT i.indimmediate,
                       pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY k.n),
                       pg_catalog.array_agg(pg_catalog.format('OPERATOR(%I.%s)', p.nspname, o.oprname) ORDER BY k.n)
                FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[]) WITH ORDINALITY AS k(attnum, n)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[k.n - 1]
                JOIN pg_catalog.pg_amop ao ON ao.amopfamily = oc.opcfamily AND ao.amopstrategy = 3
                  AND ao.amoplefttype = oc.opcintype AND ao.amoprighttype = oc.opcintype
                JOIN pg_catalog.pg_operator o ON o.oid = ao.amopopr
                JOIN pg_catalog.pg_namespace p ON p.oid = o.oprnamespace
                WHERE n.nspname = ? AND c.relname = ?
                  AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
                  AND k.n <= COALESCE((pg_catalog.to_jsonb(i) ->> 'indnkeyatts')::pg_catalog.int4, i.indnatts)
                GROUP BY i.indexrelid, i.indimmediate
                ORDER BY i.indimmediate DESC, i.indexrelid""";
    }
}
