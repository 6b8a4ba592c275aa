/**
 * Finds every obstacle before the start, and writes nothing. Open {@link io.walferry.job.precheck.Precheck} first: it makes all
 * {@link io.walferry.job.precheck.Check}s, one class per item, and goes on where one fails; what depends on a failed one is told
 * as not checked. {@link io.walferry.job.precheck.Checks} has those that need nothing but the two servers; what only features
 * know (the planned structure, the slot, the task's records) comes in as checks that {@code pipeline} adapts.
 */
package io.walferry.job.precheck;
