package io.walferry.udf;

/** What the masking functions share. Positions count characters as people see them, so none is cut in two. */
final class Masking {

    private static final int STAR = '*';

    private Masking() {}

    /** Puts a star over every character between the first {@code first} and the last {@code last}. */
    static String keep(String text, int first, int last) {
        int[] characters = text.codePoints().toArray();
        for (int i = first; i < characters.length - last; i++) {
            characters[i] = STAR;
        }
        return new String(characters, 0, characters.length);
    }

    /** Puts a star over every digit between the first and the last of them that stay; what is no digit stays too. */
    static String keepDigits(String text, int first, int last) {
        int[] characters = text.codePoints().toArray();
        long digits = text.codePoints().filter(Character::isDigit).count();
        if (digits <= first + last) {
            return keep(text, 0, 0);
        }
        int seen = 0;
        for (int i = 0; i < characters.length; i++) {
            if (Character.isDigit(characters[i])) {
                if (seen >= first && seen < digits - last) {
                    characters[i] = STAR;
                }
                seen++;
            }
        }
        return new String(characters, 0, characters.length);
    }
}
