package io.walferry.job.model;

/**
 * What the source logs of a row before its change.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-class.html">pg_class.relreplident</a>
 */
public enum ReplicaIdentity {
    DEFAULT,
    FULL,
    INDEX,
    NOTHING
}
