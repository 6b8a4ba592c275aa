package io.walferry.job.etl;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.types.DataType;

/**
 * What a column of PostgreSQL is in expressions. A type that is not in the table is a text: PostgreSQL's own.
 *
 * @param kind how the value's text is read
 * @param precision of a number or a time
 * @param scale of a number
 */
record ColumnType(Kind kind, int precision, int scale) implements Serializable {

    /** A number that is declared without digits gets these, of 38 in all. */
    private static final int UNDECLARED_SCALE = 18;

    private static final int MOST_DIGITS = 38;

    private static final Pattern BUILT_IN =
            Pattern.compile("pg_catalog\\.\"?(\\w+)\"?(?:\\((\\d+)(?:, ?(-?\\d+))?\\))?");

    /** How texts are read. */
    enum Kind {
        BOOLEAN,
        SMALLINT,
        INT,
        BIGINT,
        DECIMAL,
        FLOAT,
        DOUBLE,
        DATE,
        TIMESTAMP,
        TIMESTAMP_LTZ,
        BYTES,
        /** {@code char(n)}: the blanks at its end mean nothing to PostgreSQL. */
        CHAR,
        STRING
    }

    /** @param type SQL text as {@link io.walferry.job.model.Column#type()} has it */
    static ColumnType of(String type) {
        Matcher parts = BUILT_IN.matcher(type);
        if (!parts.matches()) {
            return new ColumnType(Kind.STRING, 0, 0);
        }
        return switch (parts.group(1)) {
            case "bool" -> new ColumnType(Kind.BOOLEAN, 0, 0);
            case "int2" -> new ColumnType(Kind.SMALLINT, 0, 0);
            case "int4" -> new ColumnType(Kind.INT, 0, 0);
            case "int8" -> new ColumnType(Kind.BIGINT, 0, 0);
            case "float4" -> new ColumnType(Kind.FLOAT, 0, 0);
            case "float8" -> new ColumnType(Kind.DOUBLE, 0, 0);
            case "numeric" -> decimal(parts.group(2), parts.group(3));
            case "date" -> new ColumnType(Kind.DATE, 0, 0);
            case "timestamp" -> new ColumnType(Kind.TIMESTAMP, 6, 0);
            case "timestamptz" -> new ColumnType(Kind.TIMESTAMP_LTZ, 6, 0);
            case "bytea" -> new ColumnType(Kind.BYTES, 0, 0);
            case "bpchar" -> new ColumnType(Kind.CHAR, 0, 0);
            default -> new ColumnType(Kind.STRING, 0, 0);
        };
    }

    private static ColumnType decimal(String precision, String scale) {
        if (precision == null) {
            return new ColumnType(Kind.DECIMAL, MOST_DIGITS, UNDECLARED_SCALE);
        }
        int digits = Integer.parseInt(precision);
        int fraction = scale == null ? 0 : Integer.parseInt(scale);
        boolean usual = digits <= MOST_DIGITS && fraction >= 0 && fraction <= digits;
        return usual
                ? new ColumnType(Kind.DECIMAL, digits, fraction)
                : new ColumnType(Kind.DECIMAL, MOST_DIGITS, Math.max(0, Math.min(fraction, MOST_DIGITS)));
    }

    /** Of the Java values that {@link ValueReader} makes. */
    TypeInformation<?> typeInformation() {
        return switch (kind) {
            case BOOLEAN -> Types.BOOLEAN;
            case SMALLINT -> Types.SHORT;
            case INT -> Types.INT;
            case BIGINT -> Types.LONG;
            case DECIMAL -> Types.BIG_DEC;
            case FLOAT -> Types.FLOAT;
            case DOUBLE -> Types.DOUBLE;
            case DATE -> Types.LOCAL_DATE;
            case TIMESTAMP -> Types.LOCAL_DATE_TIME;
            case TIMESTAMP_LTZ -> Types.INSTANT;
            case BYTES -> Types.PRIMITIVE_ARRAY(Types.BYTE);
            case CHAR, STRING -> Types.STRING;
        };
    }

    DataType dataType() {
        return switch (kind) {
            case BOOLEAN -> DataTypes.BOOLEAN();
            case SMALLINT -> DataTypes.SMALLINT();
            case INT -> DataTypes.INT();
            case BIGINT -> DataTypes.BIGINT();
            case DECIMAL -> DataTypes.DECIMAL(precision, scale);
            case FLOAT -> DataTypes.FLOAT();
            case DOUBLE -> DataTypes.DOUBLE();
            case DATE -> DataTypes.DATE();
            case TIMESTAMP -> DataTypes.TIMESTAMP(precision);
            case TIMESTAMP_LTZ -> DataTypes.TIMESTAMP_LTZ(precision);
            case BYTES -> DataTypes.BYTES();
            case CHAR, STRING -> DataTypes.STRING();
        };
    }
}
