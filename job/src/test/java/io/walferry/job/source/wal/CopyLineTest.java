package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CopyLineTest {

    private static List<String> split(String line) {
        return CopyLine.split(line.getBytes(StandardCharsets.UTF_8)).stream()
                .map(value -> value == null ? "NULL" : new String(value, StandardCharsets.UTF_8))
                .collect(Collectors.toList());
    }

    @Test
    void tellsNullFromEmptyAndFromTheTextThatLooksLikeIt() {
        assertThat(split("\\N\t\t\\\\N\tN\n")).containsExactly("NULL", "", "\\N", "N");
    }

    @Test
    void undoesEveryEscape() {
        assertThat(split("a\\tb\\nc\\rd\\\\e\\bf\\fg\\vh")).containsExactly("a\tb\nc\rd\\e\bf\fg\u000Bh");
    }

    @Test
    void keepsOtherBytes() {
        assertThat(split("ä\u0001€\n")).containsExactly("ä\u0001€");
    }
}
