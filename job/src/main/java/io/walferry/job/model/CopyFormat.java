package io.walferry.job.model;

/**
 * The format in which a chunk's rows travel unparsed.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, file formats</a>
 */
public enum CopyFormat {
    TEXT,
    BINARY
}
