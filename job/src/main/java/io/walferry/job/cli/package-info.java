/**
 * The command {@code walferry}. {@link io.walferry.job.cli.Walferry} is its door; {@code run} runs a task in the foreground
 * on a Flink of its own ({@link io.walferry.job.cli.EmbeddedFlink}) and shows how far it is, read from the target's control
 * schema.
 */
package io.walferry.job.cli;
