package io.walferry.job.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;

/** A {@code timestamptz} as PostgreSQL reads it whatever the session's settings are. */
public final class TimestampText {

    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 6, 6, true)
            .appendLiteral("+00")
            .toFormatter();

    private TimestampText() {}

    /** @param micros since 1970, in years of four digits */
    public static byte[] of(long micros) {
        Instant at =
                Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
        return FORMAT.format(at.atOffset(ZoneOffset.UTC)).getBytes(StandardCharsets.US_ASCII);
    }
}
