package io.walferry.job.cli;

/** Colours and the width to wrap at: on a terminal only. */
record Styles(boolean colours, int width) {

    private static final int UNLIMITED = Integer.MAX_VALUE;

    static final Styles PLAIN = new Styles(false, UNLIMITED);

    /** Without colours where {@code NO_COLOR} is set. */
    static Styles ofThisProcess() {
        if (!Screen.onTerminal()) {
            return PLAIN;
        }
        String without = System.getenv("NO_COLOR");
        return new Styles(without == null || without.isEmpty(), new TerminalWidth().columns() - 1);
    }

    String bold(String text) {
        return styled("1", text);
    }

    String red(String text) {
        return styled("31", text);
    }

    String yellow(String text) {
        return styled("33", text);
    }

    String green(String text) {
        return styled("32", text);
    }

    private String styled(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
