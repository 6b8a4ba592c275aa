package io.walferry.job.sql;

/**
 * How the text of a row becomes two numbers of 64 bits, alike on both servers. Sums of both over many rows do not depend on the
 * rows' order, and two different sets of rows have the same two sums by an accident of one in 2^128: nobody who could write to
 * a side is meant to be kept from constructing one.
 */
public enum RowHash {
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
            return "pg_catalog.hashtextextended(" + digest + " COLLATE pg_catalog.\"C\", 7046029254386353131)";
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

    private static final int EXTENDED_SINCE = 11;

    /** @param sourceVersion major version of the source; the target is 11 or newer */
    public static RowHash of(int sourceVersion, String sourceEncoding, String targetEncoding) {
        if (!sourceEncoding.equals(targetEncoding)) {
            return MD5_UTF8;
        }
        return sourceVersion < EXTENDED_SINCE ? MD5 : EXTENDED;
    }

    /** What is made once of a text, and then hashed. */
    abstract String digest(String text);

    String first(String digest) {
        return half(digest, 1);
    }

    String second(String digest) {
        return half(digest, 17);
    }

    private static String half(String digest, int from) {
        return "('x' || pg_catalog.substr(" + digest + ", " + from + ", 16))::pg_catalog.bit(64)::pg_catalog.int8";
    }
}
