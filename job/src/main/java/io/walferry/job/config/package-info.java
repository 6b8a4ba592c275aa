/**
 * The task file as typed, checked values. Open {@link io.walferry.job.config.TaskFile} first; it reports every problem of a
 * file at once, each with its line. Secrets stay in {@link io.walferry.job.config.Secret}, which never prints itself.
 */
package io.walferry.job.config;
