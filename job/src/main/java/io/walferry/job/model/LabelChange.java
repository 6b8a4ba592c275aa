package io.walferry.job.model;

/**
 * A label of an enumeration got another name at the source.
 *
 * @param enumeration OID of the type
 * @param commitLsn where the commit record of the change starts; rows that lie before it have the old name
 */
public record LabelChange(long enumeration, long commitLsn, String from, String to) {}
