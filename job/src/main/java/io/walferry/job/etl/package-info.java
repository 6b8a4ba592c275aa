/**
 * Filters and ETL: the rows of some tables go through Flink SQL on their way. {@link io.walferry.job.etl.RowStatement} is such a
 * statement, read and cleared of all that would need state; {@link io.walferry.job.etl.SqlLane} puts it between the source and
 * the writers of its lane. Promise: exactly one result for each row that is put in, in the same order, so the target is at rest
 * what the statement gives over the source; and a value that no expression uses is never parsed.
 */
package io.walferry.job.etl;
