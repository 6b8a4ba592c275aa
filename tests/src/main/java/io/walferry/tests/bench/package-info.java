/**
 * The benchmark: Walferry against PostgreSQL's native logical replication, a plain pipe of COPY and, where it is installed,
 * pgcopydb, on the same pair of servers in one run. Open {@link io.walferry.tests.bench.Bench} first. A contender's copy is
 * compared with the source after every run, so that nobody wins by not working.
 */
package io.walferry.tests.bench;
