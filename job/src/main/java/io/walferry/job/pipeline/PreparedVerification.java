package io.walferry.job.pipeline;

import io.walferry.job.verify.VerifySettings;

/**
 * A run of {@code walferry verify} whose records exist, and whose chunks are planned.
 *
 * @param resumed an earlier start had begun it
 */
public record PreparedVerification(VerifySettings settings, boolean resumed) {}
