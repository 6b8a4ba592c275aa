package io.walferry.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * What a cut-over asks for.
 *
 * @param verifiedWithin a verification has to have begun and ended within this time, and found both sides equal; zero: none is asked for
 */
public record CutoverConfig(Duration verifiedWithin) implements Serializable {

    public static final CutoverConfig DEFAULT = new CutoverConfig(Duration.ZERO);

    static CutoverConfig read(Section section) {
        CutoverConfig cutover = new CutoverConfig(section.duration(
                "verified-within", DEFAULT.verifiedWithin(), Duration.ofMinutes(1), Duration.ofDays(365)));
        section.refuseUnknownKeys();
        return cutover;
    }
}
