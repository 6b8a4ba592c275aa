package io.walferry.job.source;

import java.io.Serializable;

/**
 * What one subtask may read, per second; 0: as much as it can.
 *
 * @param paused it shall read nothing
 */
public record Limits(
        boolean paused, double chunks, double loadRows, double loadBytes, double changesRows, double changesBytes)
        implements Serializable {

    public static final Limits NONE = new Limits(false, 0, 0, 0, 0, 0);

    boolean holdsChanges() {
        return paused || changesRows > 0 || changesBytes > 0;
    }
}
