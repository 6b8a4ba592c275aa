package io.walferry.tests.bench;

import java.nio.file.Path;

/**
 * Where contests take place.
 *
 * @param home the project's directory
 * @param directory for task files and logs
 * @param sourceDatabase with the filled tables
 */
record Field(Path home, Path directory, ServerPair servers, String sourceDatabase, BenchTables tables) {}
