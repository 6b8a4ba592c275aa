/**
 * Reads the changelog of a replication slot. Start with {@link io.walferry.job.source.wal.WalReader}: it waits for the load,
 * opens the slot's stream and turns its messages into packed blocks. {@link io.walferry.job.source.wal.Publication} and
 * {@link io.walferry.job.source.wal.ReplicationSlot} own what the task keeps at the source. The slot is acknowledged only as
 * far as the target says is safe, and is never made again by itself.
 */
package io.walferry.job.source.wal;
