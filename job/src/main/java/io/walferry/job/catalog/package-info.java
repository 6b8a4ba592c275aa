/**
 * Reads {@code pg_catalog} of the source in a few bulk queries. Open {@link io.walferry.job.catalog.CatalogReader} first: it
 * gives the selected tables as {@code model} knows them and the structure to create them from, and tells what it left out.
 */
package io.walferry.job.catalog;
