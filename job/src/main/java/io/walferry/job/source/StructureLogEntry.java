package io.walferry.job.source;

/**
 * A row of the source's log of structure changes, as the changelog brings it.
 *
 * @param event what was noticed: the end of a command, a drop, a rewrite
 * @param tag of the command, {@code ALTER TABLE}
 * @param text the statement that was sent to the source, perhaps cut off
 * @param objects what it touched, as JSON
 */
public record StructureLogEntry(long id, String event, String tag, String text, String objects) {}
