package io.walferry.udf;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code SHIFT_ZONE(timestamp, from, to)}: the time of day in one zone as it is in another, {@code 'UTC'}, {@code
 * 'Asia/Shanghai'}, {@code '+08:00'}. A time that the first zone skips in spring is taken as one that is an hour later, one that it
 * has twice in autumn as the earlier. NULL in the timestamp gives NULL.
 */
public final class ShiftZone extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private transient ZoneId fromZone;
    private transient ZoneId toZone;
    private transient String fromName;
    private transient String toName;

    /** @throws IllegalArgumentException if a zone is NULL or unknown */
    public @DataTypeHint("TIMESTAMP(6)") LocalDateTime eval(
            @DataTypeHint("TIMESTAMP(6)") LocalDateTime timestamp, String from, String to) {
        if (from == null || to == null) {
            throw new IllegalArgumentException("SHIFT_ZONE needs two zones, for example 'UTC' and 'Asia/Shanghai'");
        }
        if (timestamp == null) {
            return null;
        }
        if (!from.equals(fromName)) {
            fromZone = zone(from);
            fromName = from;
        }
        if (!to.equals(toName)) {
            toZone = zone(to);
            toName = to;
        }
        return timestamp.atZone(fromZone).withZoneSameInstant(toZone).toLocalDateTime();
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("SHIFT_ZONE knows no zone " + name);
        }
    }
}
