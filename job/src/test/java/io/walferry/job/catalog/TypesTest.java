package io.walferry.job.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypesTest {

    private static final long ARRAY_OF_INT = 1007;
    private static final long MOOD = 20000;
    private static final long MOODS = 20001;
    private static final long PRICE = 20002;
    private static final long LABEL = 20003;

    private static Types types(int version) {
        return new Types(
                version,
                List.of(
                        builtIn(23, "int4"),
                        new TypeInfo(ARRAY_OF_INT, "pg_catalog", "_int4", 'b', 23, 0, -1, 0),
                        builtIn(18, "char"),
                        builtIn(1186, "interval"),
                        builtIn(1700, "numeric"),
                        builtIn(25, "text"),
                        builtIn(2205, "regclass"),
                        builtIn(22, "int2vector"),
                        new TypeInfo(3906, "pg_catalog", "numrange", 'r', 0, 0, -1, 1700),
                        new TypeInfo(MOOD, "shop", "Mood", 'e', 0, 0, -1, 0),
                        new TypeInfo(MOODS, "shop", "_Mood", 'b', MOOD, 0, -1, 0),
                        new TypeInfo(PRICE, "shop", "price", 'd', 0, 1700, (10 << 16 | 2) + 4, 0),
                        new TypeInfo(LABEL, "shop", "label", 'd', 0, 25, -1, 0)));
    }

    private static TypeInfo builtIn(long oid, String name) {
        return new TypeInfo(oid, "pg_catalog", name, 'b', 0, 0, -1, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "varchar | 14 | (10)",
                "bpchar | 5 | (1)",
                "numeric | 655366 | (10,2)",
                "numeric | 133122 | (2,-2)",
                "timestamptz | 3 | (3)",
                "bit | 7 | (7)",
                "interval | 470286339 | (7176,3)",
                "interval | 2147418115 | (32767,3)",
                "interval | 327679 | (4)"
            })
    void modifiersAreWrittenAsTheirInputFunctionTakesThem(String type, int modifier, String sql) {
        assertThat(Types.modifier(type, modifier)).isEqualTo(sql);
    }

    @Test
    void everyNameIsQualified() {
        Types types = types(140000);
        assertThat(types.sql(23, -1, "")).isEqualTo("pg_catalog.int4");
        assertThat(types.sql(ARRAY_OF_INT, -1, "")).isEqualTo("pg_catalog.int4[]");
        assertThat(types.sql(18, -1, "")).isEqualTo("pg_catalog.\"char\"");
        assertThat(types.sql(MOODS, -1, "")).isEqualTo("\"shop\".\"Mood\"[]");
        assertThat(types.bareSql(ARRAY_OF_INT)).isEqualTo("pg_catalog.\"int4\"[]");
        assertThat(types.bareSql(MOOD)).isEqualTo("\"shop\".\"Mood\"");
    }

    @Test
    void equalityIsTightWhereTextsAreCanonical() {
        Types types = types(140000);
        assertThat(types.looseEquality(23, -1, true)).isFalse();
        assertThat(types.looseEquality(MOOD, -1, true)).isFalse();
        assertThat(types.looseEquality(25, -1, true)).isFalse();
        assertThat(types.looseEquality(25, -1, false)).isTrue();
        assertThat(types.looseEquality(LABEL, -1, false)).isTrue();
        assertThat(types.looseEquality(1700, -1, true)).isTrue();
        assertThat(types.looseEquality(1700, 655366, true)).isFalse();
        assertThat(types.looseEquality(PRICE, -1, true)).isFalse();
        assertThat(types.looseEquality(ARRAY_OF_INT, -1, true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {23, 18, 25, 1700, 1186, 3906, ARRAY_OF_INT, MOOD, PRICE})
    void binaryIsTheSameOnEveryServer(long oid) {
        assertThat(types(160000).binarySafe(oid)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {2205, 22, MOODS})
    void binaryCarriesOids(long oid) {
        assertThat(types(160000).binarySafe(oid)).isFalse();
    }

    @Test
    void infiniteIntervalsAreNotForOlderServers() {
        assertThat(types(170000).binarySafe(1186)).isFalse();
    }
}
