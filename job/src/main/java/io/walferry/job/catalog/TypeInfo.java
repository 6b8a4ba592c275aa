package io.walferry.job.catalog;

/**
 * A row of {@code pg_type}.
 *
 * @param kind {@code typtype}: b, c, d, e, p, r or m
 * @param element OID of the element of a true array; 0 if it is none
 * @param base OID of the type that a domain is over; 0 if it is none
 * @param baseModifier modifier of that type
 * @param subtype OID of what a range, or a multirange's ranges, are over; 0 if it is none
 */
record TypeInfo(
        long oid, String schema, String name, char kind, long element, long base, int baseModifier, long subtype) {

    private static final long FIRST_NORMAL_OID = 16384;

    /** In every database of this version of PostgreSQL, with this OID. */
    boolean builtIn() {
        return oid < FIRST_NORMAL_OID && schema.equals("pg_catalog");
    }
}
