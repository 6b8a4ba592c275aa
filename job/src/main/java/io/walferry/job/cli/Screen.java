package io.walferry.job.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Standard output and error of the process. On a terminal a few lines at the bottom are redrawn, and messages go above them;
 * elsewhere there are plain lines only, without escape codes.
 */
final class Screen implements AutoCloseable {

    /** Set by the launcher, because Java cannot tell a terminal from a pipe in all of its versions. */
    private static final String TERMINAL = "walferry.terminal";

    private static final String UP_AND_CLEAR = "\u001b[%dA\r\u001b[J";

    private final PrintStream out;
    private final PrintStream error;
    private final boolean terminal;
    private final TerminalWidth width = new TerminalWidth();
    private List<String> live = List.of();

    Screen(PrintStream out, PrintStream error, boolean terminal) {
        this.out = out;
        this.error = error;
        this.terminal = terminal;
    }

    /** Takes over the standard error stream, so that what anybody writes to it does not tear the live lines. */
    static Screen ofThisProcess() {
        Screen screen = new Screen(System.out, System.err, onTerminal());
        System.setErr(new PrintStream(screen.new Lines(), true, StandardCharsets.UTF_8));
        return screen;
    }

    /** Whether standard output is a terminal that knows escape codes. */
    static boolean onTerminal() {
        return Boolean.getBoolean(TERMINAL) && !"dumb".equals(System.getenv("TERM"));
    }

    boolean isTerminal() {
        return terminal;
    }

    /** Columns to write in, one less than there are: a full line would wrap. */
    int columns() {
        return width.columns() - 1;
    }

    /** Lines of the terminal. */
    int rows() {
        return width.rows();
    }

    synchronized void say(String message) {
        aboveLiveLines(() -> fitted(message).forEach(out::println));
    }

    synchronized void complain(String message) {
        aboveLiveLines(() -> fitted(message).forEach(error::println));
    }

    /** Redraws the live lines, as many as the window has room for; only on a terminal. */
    synchronized void show(List<String> lines) {
        clear();
        // What has scrolled out of the window could not be taken back.
        live = List.copyOf(lines.subList(0, Math.min(lines.size(), Math.max(1, rows() - 1))));
        draw();
    }

    /** Leaves the live lines as they are; what follows goes below them. */
    synchronized void settle() {
        live = List.of();
    }

    /** A terminal would break a long line anywhere. */
    private List<String> fitted(String message) {
        if (!terminal || message.lines().allMatch(line -> LineWrap.width(line) <= columns())) {
            return List.of(message);
        }
        return message.lines()
                .flatMap(line -> {
                    String indent =
                            " ".repeat(line.length() - line.stripLeading().length());
                    return LineWrap.words(line.strip(), columns() - indent.length()).stream()
                            .map(indent::concat);
                })
                .toList();
    }

    /** Writes to the standard error stream, where no lines are live. */
    static void complainPlainly(String message) {
        new Screen(System.out, System.err, onTerminal()).complain(message);
    }

    private void aboveLiveLines(Runnable print) {
        clear();
        print.run();
        draw();
    }

    private void clear() {
        if (!live.isEmpty()) {
            out.print(UP_AND_CLEAR.formatted(live.size()));
            out.flush();
        }
    }

    private void draw() {
        live.forEach(out::println);
        out.flush();
    }

    /** Gives the error stream back. */
    @Override
    public synchronized void close() {
        settle();
        System.setErr(error);
    }

    /** Bytes into whole lines. */
    private final class Lines extends OutputStream {

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            if (b == '\n') {
                complain(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(b);
            }
        }
    }
}
