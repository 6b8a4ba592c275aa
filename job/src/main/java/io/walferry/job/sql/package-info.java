/** SQL text by small pure functions: schema in, text out, no connection. Every identifier goes through {@link io.walferry.job.sql.Identifier}. */
package io.walferry.job.sql;
