/**
 * Real PostgreSQL servers of several major versions, unpacked from archives on the class path; nothing is installed. Open
 * {@link io.walferry.tests.postgres.PostgresServer} first. No server outlives the JVM that started it, however that JVM ends.
 */
package io.walferry.tests.postgres;
