package io.walferry.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every function with its ordinary results, its NULLs and its errors. */
class LibraryTest {

    private static final String NULL = "NULL";

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {"abc, ***", "'', ''", "ä€😀, ***", "NULL, NULL"})
    void mask(String text, String masked) {
        assertThat(new Mask().eval(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {
                "abcdef, 1, 2, a***ef",
                "abcdef, 0, 0, ******",
                "abc, 1, 2, ***",
                "ab, 1, 2, **",
                "😀bcd😀, 1, 1, 😀***😀",
                "'', 1, 1, ''",
                "NULL, 1, 1, NULL"
            })
    void maskKeep(String text, int first, int last, String masked) {
        assertThat(new MaskKeep().eval(text, first, last)).isEqualTo(masked);
    }

    @Test
    void maskKeepRefusesWhatIsNoNumberOfCharacters() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MaskKeep().eval("abc", -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new MaskKeep().eval("abc", null, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new MaskKeep().eval(null, 0, null));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {
                "alice@example.com, a****@example.com",
                "a@example.com, *@example.com",
                "a@b@c, a**@c",
                "@example.com, ************",
                "no address, **********",
                "'', ''",
                "NULL, NULL"
            })
    void maskEmail(String text, String masked) {
        assertThat(new MaskEmail().eval(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {
                "13812345678, 138****5678",
                "+86 138 1234 5678, +86 1** **** 5678",
                "1234567, *******",
                "'', ''",
                "unknown, *******",
                "NULL, NULL"
            })
    void maskPhone(String text, String masked) {
        assertThat(new MaskPhone().eval(text)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {"4111 1111 1111 1234, **** **** **** 1234", "1234, ****", "'', ''", "NULL, NULL"})
    void maskCard(String text, String masked) {
        assertThat(new MaskCard().eval(text)).isEqualTo(masked);
    }

    @Test
    void keyedHash() {
        KeyedHash hash = new KeyedHash();
        // RFC 4231, test case 2.
        assertThat(hash.eval("what do ya want for nothing?", "Jefe"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(hash.eval("x", "one key")).isNotEqualTo(hash.eval("x", "another"));
        assertThat(hash.eval("x", "one key")).isEqualTo(new KeyedHash().eval("x", "one key"));
        assertThat(hash.eval("", "key")).hasSize(64);
        assertThat(hash.eval(null, "key")).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> hash.eval("x", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> hash.eval("x", null));
    }

    @Test
    void regexReplace() {
        RegexReplace replace = new RegexReplace();
        assertThat(replace.eval("a1b22", "\\d+", "#")).isEqualTo("a#b#");
        assertThat(replace.eval("john smith", "(\\w+) (\\w+)", "$2 $1")).isEqualTo("smith john");
        assertThat(replace.eval("abc", "x", "y")).isEqualTo("abc");
        assertThat(replace.eval(null, "x", "y")).isNull();
        assertThat(replace.eval("a", null, "y")).isNull();
        assertThat(replace.eval("a", "x", null)).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> replace.eval("a", "(", "y"));
        assertThatIllegalArgumentException().isThrownBy(() -> replace.eval("a", "a", "$1"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": {\"b\": \"x\"}}      | a.b | x",
                "{\"a\": [1, 2.50, true]}     | a.1 | 2.50",
                "{\"a\": [1, 2.50, true]}     | a.2 | true",
                "{\"a\": [1, {\"b\": 2}]}     | a   | [1,{\"b\":2}]",
                "{\"0\": \"by name\"}         | 0   | by name",
                "{\"a\": null}                | a   | NULL",
                "{\"a\": 1}                   | b.c | NULL",
                "{\"a\": [1]}                 | a.7 | NULL",
                "{\"a\": 12345678901234567890} | a  | 12345678901234567890",
                "NULL                         | a   | NULL",
                "{}                           | NULL | NULL"
            })
    void jsonPath(String json, String path, String found) {
        assertThat(new JsonPath().eval(json, path)).isEqualTo(found);
    }

    @Test
    void jsonPathRefusesWhatIsNoJsonWithoutQuotingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JsonPath().eval("{secret", "a"))
                .withMessageNotContaining("secret");
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonPath().eval("{} {}", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonPath().eval("{}", ""));
    }

    @Test
    void shiftZone() {
        ShiftZone shift = new ShiftZone();
        LocalDateTime noon = LocalDateTime.of(2024, 1, 31, 20, 0);
        assertThat(shift.eval(noon, "UTC", "Asia/Shanghai")).isEqualTo(LocalDateTime.of(2024, 2, 1, 4, 0));
        assertThat(shift.eval(noon, "+08:00", "UTC")).isEqualTo(LocalDateTime.of(2024, 1, 31, 12, 0));
        // Berlin skips 02:30 on this day.
        assertThat(shift.eval(LocalDateTime.of(2024, 3, 31, 2, 30), "Europe/Berlin", "UTC"))
                .isEqualTo(LocalDateTime.of(2024, 3, 31, 1, 30));
        // And has 02:30 twice on this one.
        assertThat(shift.eval(LocalDateTime.of(2024, 10, 27, 2, 30), "Europe/Berlin", "UTC"))
                .isEqualTo(LocalDateTime.of(2024, 10, 27, 0, 30));
        assertThat(shift.eval(null, "UTC", "UTC")).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> shift.eval(noon, "Mars", "UTC"));
        assertThatIllegalArgumentException().isThrownBy(() -> shift.eval(noon, null, "UTC"));
        assertThatIllegalArgumentException().isThrownBy(() -> shift.eval(null, "UTC", null));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {
                "12, 12",
                "' 12.50 ', 12.5",
                "-.5, -0.5",
                "1e3, 1000",
                "'', 7",
                "abc, 7",
                "NaN, 7",
                "NULL, 7",
                "0.00000000001, 7",
                "99999999999999999999999999999, 7",
                "1.50000000000000, 1.5"
            })
    void toNumberOr(String text, String number) {
        assertThat(new ToNumberOr().eval(text, new BigDecimal("7"))).isEqualByComparingTo(number);
    }

    @Test
    void toNumberOrMayGiveNull() {
        assertThat(new ToNumberOr().eval("abc", null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {"a, a", "' a ', ' a '", "'', NULL", "'  ', NULL", "NULL, NULL"})
    void blankToNull(String text, String result) {
        assertThat(new BlankToNull().eval(text)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {"a, a", "'', ' '", "NULL, ' '", "'  ', '  '"})
    void nullToBlank(String text, String result) {
        assertThat(new NullToBlank().eval(text)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {"abcd, 2, ab", "ab, 2, ab", "😀😀😀, 2, 😀😀", "abc, 0, ''", "NULL, 2, NULL"})
    void truncateChars(String text, int characters, String result) {
        assertThat(new TruncateChars().eval(text, characters)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = NULL,
            value = {"abcd, 2, ab", "äöü, 3, ä", "äöü, 4, äö", "😀a, 3, ''", "😀a, 4, 😀", "NULL, 2, NULL"})
    void truncateBytes(String text, int bytes, String result) {
        assertThat(new TruncateBytes().eval(text, bytes)).isEqualTo(result);
    }

    @Test
    void truncatingRefusesWhatIsNoLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TruncateChars().eval("a", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TruncateChars().eval(null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new TruncateBytes().eval("a", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TruncateBytes().eval("a", null));
    }

    @Test
    void allOfThemAreInTheLibrary() {
        assertThat(Library.functions()).hasSize(14);
    }
}
