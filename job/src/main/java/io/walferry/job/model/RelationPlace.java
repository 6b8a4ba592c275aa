package io.walferry.job.model;

/**
 * Where a table or partition of the source stands.
 *
 * @param root OID of the table that it is a part of in the end; its own if it is no partition
 */
public record RelationPlace(TableId id, long root) {}
