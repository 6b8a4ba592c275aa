package io.walferry.job.sql;

import java.util.List;

/**
 * How a text, or a row, becomes two numbers of 64 bits, alike on both servers. Sums of both over many rows do not depend on the
 * rows' order, and two different sets of rows have the same two sums by an accident of one in 2^64 or less: nobody who could write
 * to a side is meant to be kept from constructing one.
 */
public enum RowHash {
    /**
     * Rows by {@code hash_record_extended}, which needs no text of them: both servers are 14 or newer and have one encoding. It adds
     * up the hashes of the columns, each with a factor of its own; so the sum over rows whose values have changed places between
     * them would be the same if nothing came between, and a hash of the number does. A sum of the number itself goes with it.
     */
    RECORD {
        @Override
        String digest(String text) {
            return text;
        }

        @Override
        String first(String digest) {
            return EXTENDED.first(digest);
        }

        @Override
        String second(String digest) {
            return EXTENDED.second(digest);
        }

        @Override
        String row(List<String> canonical, List<String> hashed) {
            return "ROW(" + String.join(", ", hashed) + ")";
        }

        @Override
        String firstOfRow(String row) {
            return number(row, "0");
        }

        @Override
        String secondOfRow(String row) {
            return spread(number(row, SEED));
        }

        @Override
        String sums(String row, String from) {
            // OFFSET 0 keeps the number from being made twice.
            return RowHash.sumsOf("d", spread("d"), number(row, "0"), from);
        }

        private String number(String row, String seed) {
            return "pg_catalog.hash_record_extended(" + row + ", " + seed + ")";
        }

        private String spread(String number) {
            return EXTENDED.first(number + "::pg_catalog.text");
        }
    },
    /** {@code hashtextextended} with two seeds: both servers are 11 or newer and have one encoding, whose bytes it hashes. */
    EXTENDED {
        @Override
        String digest(String text) {
            return text;
        }

        @Override
        String first(String digest) {
            return "pg_catalog.hashtextextended(" + digest + " COLLATE pg_catalog.\"C\", 0)";
        }

        @Override
        String second(String digest) {
            return "pg_catalog.hashtextextended(" + digest + " COLLATE pg_catalog.\"C\", " + SEED + ")";
        }
    },
    /** The halves of MD5 over the server's bytes: a server is older. */
    MD5 {
        @Override
        String digest(String text) {
            return "pg_catalog.md5(" + text + ")";
        }
    },
    /** The same over the bytes in UTF-8: the servers' encodings differ. */
    MD5_UTF8 {
        @Override
        String digest(String text) {
            return "pg_catalog.md5(pg_catalog.convert_to(" + text + ", 'UTF8'))";
        }
    };

    private static final String SEED = "7046029254386353131";

    private static final int EXTENDED_SINCE = 11;
    private static final int RECORD_SINCE = 14;

    /** By the major versions and the encodings of both servers. */
    public static RowHash of(int sourceVersion, String sourceEncoding, int targetVersion, String targetEncoding) {
        if (!sourceEncoding.equals(targetEncoding)) {
            return MD5_UTF8;
        }
        int older = Math.min(sourceVersion, targetVersion);
        return older < EXTENDED_SINCE ? MD5 : older < RECORD_SINCE ? EXTENDED : RECORD;
    }

    /** What is made once of a text, and then hashed. */
    abstract String digest(String text);

    String first(String digest) {
        return half(digest, 1);
    }

    String second(String digest) {
        return half(digest, 17);
    }

    /**
     * What is made once of a row, and then hashed.
     *
     * @param canonical columns, whose texts tell whether they are equal
     * @param hashed columns, whose hashes tell it
     */
    String row(List<String> canonical, List<String> hashed) {
        return digest("ROW(" + String.join(", ", canonical) + ")::pg_catalog.text");
    }

    String firstOfRow(String row) {
        return first(row);
    }

    String secondOfRow(String row) {
        return second(row);
    }

    /**
     * Number of rows and the two sums, as texts.
     *
     * @param row as {@link #row} gives it
     */
    String sums(String row, String from) {
        // OFFSET 0 keeps the text from being made twice.
        return sumsOf(first("d"), second("d"), row, from);
    }

    private static String sumsOf(String first, String second, String item, String from) {
        return "SELECT count(*), coalesce(sum(%s), 0)::pg_catalog.text, coalesce(sum(%s), 0)::pg_catalog.text FROM (SELECT %s AS d FROM %s OFFSET 0) x"
                .formatted(first, second, item, from);
    }

    private static String half(String digest, int from) {
        return "('x' || pg_catalog.substr(" + digest + ", " + from + ", 16))::pg_catalog.bit(64)::pg_catalog.int8";
    }
}
