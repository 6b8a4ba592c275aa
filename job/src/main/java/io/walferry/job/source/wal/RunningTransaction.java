package io.walferry.job.source.wal;

import java.time.Duration;
import java.util.Optional;

/**
 * A transaction that somebody waits for.
 *
 * @param pid of its server process; 0 for a prepared transaction
 * @param age since it began; empty if the role may not see it
 */
public record RunningTransaction(int pid, Optional<Duration> age) {}
