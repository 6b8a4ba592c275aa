/**
 * Cuts a source table into chunks and reads them. {@link io.walferry.job.source.snapshot.ChunkPlanner} makes the plan before
 * the job starts; {@link io.walferry.job.source.snapshot.ChunkReader} passes a chunk's rows on as the COPY bytes that the
 * server sent, never parsed. Promise: the chunks of a plan have every row of the table in exactly one of them, and all that
 * a chunk shows belongs to one snapshot.
 */
package io.walferry.job.source.snapshot;
