package io.walferry.job.etl;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;

/** What a result of Flink SQL is in PostgreSQL: its type, and its values as text. */
enum ResultType {
    TEXT,
    BOOLEAN,
    /** Whole numbers and TIME, whose texts are the same on both sides. */
    PLAIN,
    DECIMAL,
    DATE,
    TIMESTAMP,
    TIMESTAMP_LTZ,
    BYTES;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    /** Empty for a type that PostgreSQL has nothing alike for. */
    static Optional<ResultType> of(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case CHAR, VARCHAR -> Optional.of(TEXT);
            case BOOLEAN -> Optional.of(BOOLEAN);
            case TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE, TIME_WITHOUT_TIME_ZONE -> Optional.of(PLAIN);
            case DECIMAL -> Optional.of(DECIMAL);
            case DATE -> Optional.of(DATE);
            case TIMESTAMP_WITHOUT_TIME_ZONE -> Optional.of(TIMESTAMP);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> Optional.of(TIMESTAMP_LTZ);
            case BINARY, VARBINARY -> Optional.of(BYTES);
            default -> Optional.empty();
        };
    }

    /** SQL text of the type of a new column at the target. */
    static String columnType(LogicalType type) {
        String name =
                switch (type.getTypeRoot()) {
                    case CHAR, VARCHAR -> "text";
                    case BOOLEAN -> "bool";
                    case TINYINT, SMALLINT -> "int2";
                    case INTEGER -> "int4";
                    case BIGINT -> "int8";
                    case FLOAT -> "float4";
                    case DOUBLE -> "float8";
                    case DECIMAL -> "numeric(" + ((DecimalType) type).getPrecision() + ","
                            + ((DecimalType) type).getScale() + ")";
                    case DATE -> "date";
                    case TIME_WITHOUT_TIME_ZONE -> "time";
                    case TIMESTAMP_WITHOUT_TIME_ZONE -> "timestamp";
                    case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> "timestamptz";
                    case BINARY, VARBINARY -> "bytea";
                    default -> throw new IllegalArgumentException("no type for " + type.getTypeRoot());
                };
        return "pg_catalog." + name;
    }

    /**
     * The value's text as PostgreSQL takes it.
     *
     * @throws ValueException if PostgreSQL cannot hold it
     */
    byte[] write(Object value) {
        String text =
                switch (this) {
                    case TEXT -> withoutNul((String) value);
                    case BOOLEAN -> (Boolean) value ? "t" : "f";
                    case PLAIN -> value.toString();
                    case DECIMAL -> ((BigDecimal) value).toPlainString();
                    case DATE -> ((LocalDate) value).toString();
                    case TIMESTAMP -> TIME.format((LocalDateTime) value);
                    case TIMESTAMP_LTZ -> TIME.format(((Instant) value).atOffset(ZoneOffset.UTC)) + "+00";
                    case BYTES -> "\\x" + HexFormat.of().formatHex((byte[]) value);
                };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String withoutNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new ValueException("it has a character of code 0, which PostgreSQL does not take");
        }
        return text;
    }
}
