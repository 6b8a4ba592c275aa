package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;

/**
 * Statements that make rows on their way.
 *
 * @param file for people; empty if there is none
 * @param sql its text, variables replaced
 * @param jars absolute paths of jars with the user's functions
 * @param deadLetters how many rows that a statement fails on may be left out, of the whole task; 0: the first one stops it
 */
public record EtlConfig(String file, Secret sql, List<String> jars, int deadLetters) implements Serializable {

    public static final EtlConfig NONE = new EtlConfig("", new Secret(""), List.of(), 0);

    public EtlConfig {
        jars = List.copyOf(jars);
    }

    /** Whether a row that a statement fails on is left out. */
    public boolean skipsBadRows() {
        return deadLetters > 0;
    }
}
