package io.walferry.job.pipeline;

import io.walferry.job.config.EtlConfig;
import io.walferry.job.verify.VerifySettings;

/**
 * A run of {@code walferry verify} whose records exist, and whose chunks are planned.
 *
 * @param etl of the task, whose statements make rows of some tables
 * @param resumed an earlier start had begun it
 */
public record PreparedVerification(EtlConfig etl, VerifySettings settings, boolean resumed) {}
