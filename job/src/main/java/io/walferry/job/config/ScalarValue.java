package io.walferry.job.config;

/**
 * A value as it stands in the file, and with its variables replaced.
 *
 * @param written never shown if the key holds a secret
 * @param text never shown if it came from a variable
 */
record ScalarValue(int line, String written, String text) {

    private static final int MOST_SHOWN = 60;

    /** For people, after the key: "is 0". */
    String described() {
        return fromVariable() ? "gets a value from " + written + " that does not fit" : "is " + quoted();
    }

    String quoted() {
        if (fromVariable()) {
            return "a value from " + written;
        }
        if (written.isEmpty()) {
            return "\"\"";
        }
        return written.length() > MOST_SHOWN ? written.substring(0, MOST_SHOWN) + "..." : written;
    }

    private boolean fromVariable() {
        return Variables.usedIn(written);
    }
}
