package io.walferry.job.model;

/**
 * Every change up to {@code position} that this channel gets has been sent: commit it, and store the position, also if
 * nothing was buffered.
 *
 * @param structure the target's structure changes next: let go of everything that was made after it, before the position is
 *     stored
 */
public record Marker(int channel, ChangePosition position, boolean structure) implements StreamElement {

    public Marker(int channel, ChangePosition position) {
        this(channel, position, false);
    }
}
