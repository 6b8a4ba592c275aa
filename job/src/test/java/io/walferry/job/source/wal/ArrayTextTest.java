package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{a}",
                "{a,NULL,\"null\",\"NULL\"}",
                "[0:1]={a,b}",
                "[1:1][-2:-1]={{a,b}}",
                "{{a,\"b c\"},{\"\",\"d,e\"}}",
                "{\"x\\\"y\",\"back\\\\slash\",\"{brace}\"}",
                "{\"tab\there\",é,😀}"
            })
    void isAsTheServerWritesIt(String array) {
        assertThat(ArrayText.map(array, Optional::of)).contains(array);
    }

    @Test
    void getsOtherElementsInTheirForm() {
        Function<String, Optional<String>> other = element -> switch (element) {
            case "a" -> Optional.of("two words");
            case "x\"y" -> Optional.of("plain");
            case "NULL" -> Optional.of("");
            default -> Optional.empty();
        };
        assertThat(ArrayText.map("[0:3]={a,\"x\\\"y\",NULL,\"NULL\"}", other))
                .contains("[0:3]={\"two words\",plain,NULL,\"\"}");
        assertThat(ArrayText.map("{a,b}", other)).isEmpty();
    }
}
