package io.walferry.job.etl;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Reads PostgreSQL's text of a value. What the Flink type cannot hold exactly is an error: NaN and infinity, years before 1 or
 * after 9999, numbers with more digits than the type has.
 */
final class ValueReader {

    private ValueReader() {}

    /** @throws ValueException if the type cannot hold the value */
    static Object read(ColumnType type, byte[] bytes, int from, int to) {
        return switch (type.kind()) {
            case BOOLEAN -> bytes[from] == 't';
            case SMALLINT -> (short) integer(bytes, from, to);
            case INT -> (int) integer(bytes, from, to);
            case BIGINT -> integer(bytes, from, to);
            case DECIMAL -> decimal(type, text(bytes, from, to));
            case FLOAT -> Float.parseFloat(floating(bytes, from, to));
            case DOUBLE -> Double.parseDouble(floating(bytes, from, to));
            case DATE -> date(bytes, from, to);
            case TIMESTAMP -> timestamp(bytes, from, to);
            case TIMESTAMP_LTZ -> timestamp(bytes, from, zone(bytes, from, to)).toInstant(ZoneOffset.UTC);
            case BYTES -> hex(bytes, from, to);
            case CHAR -> text(bytes, from, withoutBlanks(bytes, from, to));
            case STRING -> text(bytes, from, to);
        };
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private static int withoutBlanks(byte[] bytes, int from, int to) {
        int end = to;
        while (end > from && bytes[end - 1] == ' ') {
            end--;
        }
        return end;
    }

    private static long integer(byte[] bytes, int from, int to) {
        boolean negative = bytes[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            value = value * 10 - (bytes[i] - '0');
        }
        return negative ? value : -value;
    }

    private static BigDecimal decimal(ColumnType type, String text) {
        char last = text.charAt(text.length() - 1);
        if (last < '0' || last > '9') {
            throw new ValueException("NaN and infinity are no DECIMAL");
        }
        BigDecimal value = new BigDecimal(text);
        if (value.scale() > type.scale()) {
            value = value.stripTrailingZeros();
        }
        if (value.scale() > type.scale() || value.precision() - value.scale() > type.precision() - type.scale()) {
            throw new ValueException("it has more digits than DECIMAL(" + type.precision() + ", " + type.scale()
                    + ") holds; declare the column with a precision of at most 38");
        }
        return value;
    }

    private static String floating(byte[] bytes, int from, int to) {
        byte last = bytes[to - 1];
        if (last < '0' || last > '9') {
            throw new ValueException("NaN and infinity do not compare as they do in PostgreSQL");
        }
        return text(bytes, from, to);
    }

    private static LocalDate date(byte[] bytes, int from, int to) {
        if (to - from != 10) {
            throw tooFar();
        }
        return LocalDate.of(digits(bytes, from, 4), digits(bytes, from + 5, 2), digits(bytes, from + 8, 2));
    }

    /** {@code 2024-05-06 07:08:09[.123456]}. */
    private static LocalDateTime timestamp(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < 19 || length > 26 || length > 19 && bytes[from + 19] != '.' || bytes[from + 4] != '-') {
            throw tooFar();
        }
        int nanos = 0;
        for (int i = 0; i < 9; i++) {
            int at = from + 20 + i;
            nanos = nanos * 10 + (at < to ? bytes[at] - '0' : 0);
        }
        try {
            return LocalDateTime.of(
                    digits(bytes, from, 4),
                    digits(bytes, from + 5, 2),
                    digits(bytes, from + 8, 2),
                    digits(bytes, from + 11, 2),
                    digits(bytes, from + 14, 2),
                    digits(bytes, from + 17, 2),
                    nanos);
        } catch (DateTimeException e) {
            throw tooFar();
        }
    }

    /** Sessions show times in UTC. */
    private static int zone(byte[] bytes, int from, int to) {
        if (to - from < 22 || bytes[to - 3] != '+') {
            throw tooFar();
        }
        return to - 3;
    }

    private static int digits(byte[] bytes, int from, int count) {
        int value = 0;
        for (int i = from; i < from + count; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                throw tooFar();
            }
            value = value * 10 + bytes[i] - '0';
        }
        return value;
    }

    private static ValueException tooFar() {
        return new ValueException("infinity and years before 1 or after 9999 are no date or timestamp");
    }

    private static byte[] hex(byte[] bytes, int from, int to) {
        byte[] value = new byte[(to - from - 2) / 2];
        for (int i = 0; i < value.length; i++) {
            int at = from + 2 + 2 * i;
            value[i] = (byte) (Character.digit(bytes[at], 16) << 4 | Character.digit(bytes[at + 1], 16));
        }
        return value;
    }
}
