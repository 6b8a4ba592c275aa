package io.walferry.job.pipeline;

import io.walferry.job.verify.VerifySettings.RepairMode;

/**
 * What is said with {@code walferry verify} and not in the task file.
 *
 * @param anew begin a run, even if one was interrupted
 */
public record VerificationOptions(RepairMode repair, boolean anew) {}
