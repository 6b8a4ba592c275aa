package io.walferry.job.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts into lines that a terminal shows as one line each. */
final class LineWrap {

    private static final Pattern STYLE = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern CHARACTER = Pattern.compile("(?:\u001b\\[[0-9;]*m)*[^\u001b](?:\u001b\\[[0-9;]*m)*");
    private static final String END = "\u001b[0m";

    private LineWrap() {}

    /** Columns that the text takes: styles take none. */
    static int width(String text) {
        return text.indexOf('\u001b') < 0
                ? text.length()
                : STYLE.matcher(text).replaceAll("").length();
    }

    /** Breaks a text at blanks, and a word that is wider than the columns anywhere; a style goes on in the next line. */
    static List<String> words(String text, int columns) {
        if (width(text) <= columns) {
            return List.of(text);
        }
        int most = Math.max(1, columns);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            for (String piece : pieces(word, most)) {
                int used = width(line.toString());
                if (used > 0 && used + 1 + width(piece) > most) {
                    lines.add(line.toString());
                    line.setLength(0);
                } else if (used > 0) {
                    line.append(' ');
                }
                line.append(piece);
            }
        }
        lines.add(line.toString());
        return styledAlone(lines);
    }

    private static List<String> pieces(String word, int most) {
        if (width(word) <= most) {
            return List.of(word);
        }
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        Matcher characters = CHARACTER.matcher(word);
        for (int i = 0; characters.find(); i++) {
            if (i > 0 && i % most == 0) {
                pieces.add(piece.toString());
                piece.setLength(0);
            }
            piece.append(characters.group());
        }
        pieces.add(piece.toString());
        return pieces;
    }

    /** Ends the style of a line in it, and begins it again in the next one. */
    private static List<String> styledAlone(List<String> lines) {
        List<String> styled = new ArrayList<>();
        String style = "";
        for (String line : lines) {
            String begun = style + line;
            Matcher styles = STYLE.matcher(line);
            while (styles.find()) {
                style = styles.group().equals(END) ? "" : styles.group();
            }
            styled.add(style.isEmpty() ? begun : begun + END);
        }
        return styled;
    }
}
