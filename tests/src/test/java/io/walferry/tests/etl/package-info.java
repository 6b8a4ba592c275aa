/** Filters and ETL: what the target has is what PostgreSQL gives for the same query at the source. */
package io.walferry.tests.etl;
