package io.walferry.job.catalog;

/**
 * An object of a catalog.
 *
 * @param catalog the system catalog that it is a row of: {@code pg_class}
 */
record ObjectKey(String catalog, long oid) {}
