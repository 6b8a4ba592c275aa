/**
 * Finds out whether target and source have the same rows, while both are in use, and mends what differs. {@link
 * io.walferry.job.verify.ChunkVerifier} compares counts and checksums that the databases compute, down to single rows;
 * {@link io.walferry.job.verify.Settler} looks at suspects again and says why what is left is a difference for certain; {@link
 * io.walferry.job.verify.Repairer} writes the source's row where the stream cannot be overtaken. {@link
 * io.walferry.job.verify.VerificationLedger} has the records, so a run goes on where it was after any interruption.
 */
package io.walferry.job.verify;
