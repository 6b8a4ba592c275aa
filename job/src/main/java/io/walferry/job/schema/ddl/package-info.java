/**
 * Follows the source's structure. {@link io.walferry.job.schema.ddl.DdlCapture} installs what writes the log of commands at the
 * source; {@link io.walferry.job.schema.ddl.SourceStructure} holds what the structure is at a position of the stream, and says what
 * a command means at the target: statements are the difference between two states, never the text of the command.
 */
package io.walferry.job.schema.ddl;
