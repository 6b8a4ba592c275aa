package io.walferry.job.pipeline;

import java.time.Duration;

/**
 * How a task is cut over.
 *
 * @param readOnly switch the source's database to read only first, and end the sessions of applications
 * @param sequenceMargin how many values the target's sequences are set beyond the source's
 * @param mostLag a task that is further behind is not cut over: the pause would last that long
 * @param within how long the drain may take
 */
public record CutoverOptions(boolean readOnly, long sequenceMargin, Duration mostLag, Duration within) {}
