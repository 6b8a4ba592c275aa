/**
 * Functions for filters and ETL statements, beside Flink's own; {@link io.walferry.udf.Library} has all of them with their names.
 * What they share: NULL in the value gives NULL unless the function says otherwise, the same arguments give the same result, and
 * an argument that makes no sense is an error, never a guess.
 */
package io.walferry.udf;
