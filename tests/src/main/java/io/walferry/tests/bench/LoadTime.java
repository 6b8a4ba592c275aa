package io.walferry.tests.bench;

/**
 * How long a load took.
 *
 * @param seconds from its start until all rows, keys and indexes are there
 * @param startupSeconds the part of it before the first row was copied
 * @param peakMemoryBytes of the contender's own process; 0 if it has none
 */
record LoadTime(double seconds, double startupSeconds, long peakMemoryBytes) {}
