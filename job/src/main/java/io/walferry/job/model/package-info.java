/**
 * What the rest speaks of, in plain Java: tables, columns and keys; positions in the changelog; and the {@link
 * io.walferry.job.model.StreamElement elements} that travel from the source to the writers as bytes and offsets.
 */
package io.walferry.job.model;
