package io.walferry.job.catalog;

/**
 * An object of a catalog.
 *
 * @param catalog the system catalog that it is a row of: {@code pg_class}
 */
public record ObjectKey(String catalog, long oid) implements Comparable<ObjectKey> {

    public static ObjectKey relation(long oid) {
        return new ObjectKey("pg_class", oid);
    }

    @Override
    public int compareTo(ObjectKey other) {
        int catalogs = catalog.compareTo(other.catalog);
        return catalogs != 0 ? catalogs : Long.compare(oid, other.oid);
    }
}
