package io.walferry.job.source.wal;

import java.util.Optional;
import java.util.function.Function;

/**
 * The text of an array whose elements are separated by commas.
 *
 * @see <a href="https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO">Array Input and Output Syntax</a>
 */
final class ArrayText {

    private ArrayText() {}

    /** The array with other elements, as the server would write it; NULL stays. Empty if one of them has none. */
    static Optional<String> map(String array, Function<String, Optional<String>> element) {
        StringBuilder mapped = new StringBuilder(array.length() + 16);
        int at = array.indexOf('{'); // behind its bounds, if they do not start at 1
        mapped.append(array, 0, at);
        while (at < array.length()) {
            char c = array.charAt(at);
            if (c == '{' || c == '}' || c == ',') {
                mapped.append(c);
                at++;
                continue;
            }
            int end = c == '"' ? endOfQuoted(array, at) : endOfPlain(array, at);
            String raw = array.substring(at, end);
            if (c != '"' && raw.equals("NULL")) {
                mapped.append(raw);
            } else {
                Optional<String> other = element.apply(c == '"' ? unquoted(raw) : raw);
                if (other.isEmpty()) {
                    return Optional.empty();
                }
                append(mapped, other.get());
            }
            at = end;
        }
        return Optional.of(mapped.toString());
    }

    private static int endOfQuoted(String array, int from) {
        int at = from + 1;
        while (array.charAt(at) != '"') {
            at += array.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int endOfPlain(String array, int from) {
        int at = from;
        while (array.charAt(at) != ',' && array.charAt(at) != '}') {
            at++;
        }
        return at;
    }

    private static String unquoted(String quoted) {
        StringBuilder text = new StringBuilder(quoted.length());
        for (int i = 1; i < quoted.length() - 1; i++) {
            if (quoted.charAt(i) == '\\') {
                i++;
            }
            text.append(quoted.charAt(i));
        }
        return text.toString();
    }

    private static void append(StringBuilder array, String element) {
        if (needsQuotes(element)) {
            array.append('"')
                    .append(element.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        } else {
            array.append(element);
        }
    }

    private static boolean needsQuotes(String element) {
        return element.isEmpty()
                || element.equalsIgnoreCase("NULL")
                || element.chars().anyMatch(c -> "\"\\{}, \t\n\r\f\u000b".indexOf(c) >= 0);
    }
}
