/**
 * What differs between targets. {@link io.walferry.job.dialect.TargetDialect#probe} asks a server for facts; what follows from
 * them is decided without a connection.
 */
package io.walferry.job.dialect;
