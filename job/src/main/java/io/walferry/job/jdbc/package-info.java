/**
 * Connections. {@link io.walferry.job.jdbc.Database} opens them with the session settings that make a value's text mean the
 * same on both sides; everything that talks to a server gets one of those.
 */
package io.walferry.job.jdbc;
