/**
 * The changelog's reader against real servers, with a target and writers in memory: {@link
 * io.walferry.tests.source.wal.ReaderRun} joins them.
 */
package io.walferry.tests.source.wal;
