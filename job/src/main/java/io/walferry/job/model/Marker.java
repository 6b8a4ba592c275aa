package io.walferry.job.model;

/**
 * Every change up to {@code position} that this channel gets has been sent: commit it, and store the position, also if
 * nothing was buffered.
 */
public record Marker(int channel, ChangePosition position) implements StreamElement {}
