/**
 * The hybrid source: chunks by COPY, then the changelog of a replication slot. {@link io.walferry.job.source.SyncSource} is
 * its door; nothing outside this package knows the incremental source framework that it stands on. What it needs of the
 * target it asks of {@link io.walferry.job.source.TargetSide}.
 */
package io.walferry.job.source;
