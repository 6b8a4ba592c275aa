/**
 * Tells people what is wrong with a task, once for each event, and when it has passed. {@link io.walferry.job.alert.Assessor} judges
 * the facts that {@code walferry status} shows, {@link io.walferry.job.alert.AlertDesk} decides what is to be told by the records in
 * {@code walferry.alert}, so that of all who watch a task one alone tells, also after a restart; a {@link
 * io.walferry.job.alert.Channel} brings it to a person.
 */
package io.walferry.job.alert;
