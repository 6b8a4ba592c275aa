package io.walferry.job.source;

/**
 * So much per second. What is spent beyond it is owed, and nobody may go on while something is; what is not spent is kept for half a
 * second only, so that a hiccup costs no speed and a long silence gives no burst. For one thread.
 */
public final class Allowance {

    private static final double KEPT_SECONDS = 0.5;

    private double perSecond;
    private double left;
    private long countedNanos;

    public Allowance(long nowNanos) {
        countedNanos = nowNanos;
    }

    /** @param perSecond 0: there is no limit */
    public void rate(double perSecond, long nowNanos) {
        if (perSecond == this.perSecond) {
            return;
        }
        count(nowNanos);
        if (this.perSecond > 0 && perSecond > 0 && left < 0) {
            // What is owed was owed at the old rate: so much time, not so many rows.
            left = Math.max(left, -perSecond * KEPT_SECONDS);
        } else if (this.perSecond == 0) {
            left = 0;
        }
        this.perSecond = perSecond;
    }

    public void spend(double amount) {
        if (perSecond > 0) {
            left -= amount;
        }
    }

    /** Whether something is owed. */
    public boolean owes(long nowNanos) {
        if (perSecond == 0) {
            return false;
        }
        count(nowNanos);
        return left < 0;
    }

    private void count(long nowNanos) {
        left = Math.min(left + (nowNanos - countedNanos) / 1e9 * perSecond, perSecond * KEPT_SECONDS);
        countedNanos = nowNanos;
    }
}
