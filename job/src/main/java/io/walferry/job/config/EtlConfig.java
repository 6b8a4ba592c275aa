package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;

/**
 * Statements that make rows on their way.
 *
 * @param file for people; empty if there is none
 * @param sql its text, variables replaced
 * @param jars absolute paths of jars with the user's functions
 */
public record EtlConfig(String file, Secret sql, List<String> jars) implements Serializable {

    public static final EtlConfig NONE = new EtlConfig("", new Secret(""), List.of());

    public EtlConfig {
        jars = List.copyOf(jars);
    }
}
