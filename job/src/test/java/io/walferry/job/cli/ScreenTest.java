package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(written, true, StandardCharsets.UTF_8);
    private final Screen screen = new Screen(stream, stream, true);

    @Test
    void putsMessagesAboveTheLiveLines() {
        screen.show(List.of("a", "b"));
        screen.say("message");
        assertThat(written).hasToString("a\nb\n\u001b[2A\r\u001b[Jmessage\na\nb\n");
    }

    @Test
    void showsNoMoreThanTheWindowHasRoomFor() {
        screen.show(IntStream.range(0, 1_000).mapToObj(String::valueOf).toList());
        screen.show(List.of("c"));
        assertThat(written.toString()).endsWith("\u001b[" + (screen.rows() - 1) + "A\r\u001b[Jc\n");
    }

    @Test
    void replacesTheLiveLines() {
        screen.show(List.of("a", "b"));
        screen.show(List.of("c"));
        assertThat(written).hasToString("a\nb\n\u001b[2A\r\u001b[Jc\n");
    }

    @Test
    void leavesSettledLinesAlone() {
        screen.show(List.of("a"));
        screen.settle();
        screen.complain("failed");
        assertThat(written).hasToString("a\nfailed\n");
    }

    @Test
    void breaksLongMessagesAtBlanks() {
        screen.say("details\n  the first: " + "word ".repeat(100).strip());
        assertThat(written.toString().lines())
                .hasSizeGreaterThan(3)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(screen.columns()))
                .filteredOn(line -> !line.equals("details"))
                .allMatch(line -> line.startsWith("  ") && line.endsWith("word"));
    }
}
