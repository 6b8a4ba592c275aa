/** Functions for use in filters and ETL definitions; each is an ordinary Flink {@code ScalarFunction}. */
package io.walferry.udf;
