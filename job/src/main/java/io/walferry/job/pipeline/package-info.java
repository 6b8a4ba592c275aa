/**
 * Joins the features into one job. {@link io.walferry.job.pipeline.TaskPreparation} makes everything that has to exist before
 * the job runs, or finds it made; {@link io.walferry.job.pipeline.SyncPipeline} wires source and writers.
 */
package io.walferry.job.pipeline;
