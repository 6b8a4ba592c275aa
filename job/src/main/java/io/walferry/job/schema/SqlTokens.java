package io.walferry.job.schema;

import java.util.ArrayList;
import java.util.List;

/** Cuts SQL that the server wrote into tokens, so that a name is never looked for inside a string or another name. */
final class SqlTokens {

    enum Kind {
        /** An unquoted name, or a keyword. */
        WORD,
        /** A name in double quotes. */
        QUOTED,
        STRING,
        NUMBER,
        /** A sign, or {@code ::}. */
        SIGN
    }

    /**
     * A token.
     *
     * @param value of a name or a string what it stands for, else the text itself
     */
    record Token(Kind kind, int start, int end, String value) {

        /** The server writes its keywords in capitals, and quotes every name that has one. */
        boolean name() {
            return kind == Kind.QUOTED || kind == Kind.WORD && value.chars().noneMatch(c -> c >= 'A' && c <= 'Z');
        }

        boolean is(String text) {
            return kind != Kind.QUOTED && kind != Kind.STRING && value.equals(text);
        }
    }

    private final String sql;
    private int at;

    private SqlTokens(String sql) {
        this.sql = sql;
    }

    static List<Token> of(String sql) {
        SqlTokens tokens = new SqlTokens(sql);
        List<Token> all = new ArrayList<>();
        for (Token token = tokens.next(); token != null; token = tokens.next()) {
            all.add(token);
        }
        return all;
    }

    private Token next() {
        while (at < sql.length() && Character.isWhitespace(sql.charAt(at))) {
            at++;
        }
        if (at == sql.length()) {
            return null;
        }
        int start = at;
        char c = sql.charAt(at);
        if (c == '"') {
            String value = enclosed('"', false);
            return new Token(Kind.QUOTED, start, at, value);
        }
        if (c == '\'') {
            String value = enclosed('\'', false);
            return new Token(Kind.STRING, start, at, value);
        }
        if ((c == 'E' || c == 'e') && at + 1 < sql.length() && sql.charAt(at + 1) == '\'') {
            at++;
            String value = enclosed('\'', true);
            return new Token(Kind.STRING, start, at, value);
        }
        if (c == '$' && dollarQuoted()) {
            return new Token(Kind.STRING, start, at, sql.substring(start, at));
        }
        if (Character.isLetter(c) || c == '_') {
            while (at < sql.length() && wordPart(sql.charAt(at))) {
                at++;
            }
            return new Token(Kind.WORD, start, at, sql.substring(start, at));
        }
        if (Character.isDigit(c)) {
            while (at < sql.length() && (wordPart(sql.charAt(at)) || sql.charAt(at) == '.')) {
                at++;
            }
            return new Token(Kind.NUMBER, start, at, sql.substring(start, at));
        }
        at += sql.startsWith("::", at) ? 2 : 1;
        return new Token(Kind.SIGN, start, at, sql.substring(start, at));
    }

    private static boolean wordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    /** Reads to the closing quote; a doubled one stands for itself. */
    private String enclosed(char quote, boolean escapes) {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (escapes && c == '\\' && at < sql.length()) {
                value.append(sql.charAt(at++));
            } else if (c != quote) {
                value.append(c);
            } else if (at < sql.length() && sql.charAt(at) == quote) {
                value.append(quote);
                at++;
            } else {
                break;
            }
        }
        return value.toString();
    }

    private boolean dollarQuoted() {
        int end = sql.indexOf('$', at + 1);
        if (end < 0 || !sql.substring(at + 1, end).chars().allMatch(c -> wordPart((char) c))) {
            return false;
        }
        String tag = sql.substring(at, end + 1);
        int close = sql.indexOf(tag, end + 1);
        if (close < 0) {
            return false;
        }
        at = close + tag.length();
        return true;
    }
}
