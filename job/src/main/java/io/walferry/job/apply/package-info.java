/**
 * Writes the stream into the target. {@link io.walferry.job.apply.ApplySink} is the door for Flink, {@link
 * io.walferry.job.apply.TargetWriter} is the writer itself. A flush is one target transaction with the rows and the position
 * up to which they go, so that after any crash every change is there exactly once.
 */
package io.walferry.job.apply;
