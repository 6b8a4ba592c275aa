package io.walferry.job.dialect;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a target server said of itself.
 *
 * @param version {@code server_version_num}
 * @param product what {@code version()} starts with, or PolarDB's own version
 * @param polardb {@code polardb_version}
 * @param oracleMode a bare type name means Oracle's type
 * @param emptyStringIsNull a literal {@code ''} is NULL, after {@code sessionStatements}
 * @param triggersCanBeSilenced the user may set {@code session_replication_role}
 * @param sessionStatements settings that make it behave as PostgreSQL does, which the server has and the user may set
 * @param refusedSettings such settings that the user may not set, which have another value
 * @param encoding of the database
 * @param extensions versions by name: what {@code CREATE EXTENSION} would install
 */
public record TargetFacts(
        int version,
        String product,
        Optional<String> polardb,
        boolean oracleMode,
        boolean emptyStringIsNull,
        boolean triggersCanBeSilenced,
        List<String> sessionStatements,
        List<String> refusedSettings,
        String encoding,
        Map<String, String> extensions) {

    public TargetFacts {
        sessionStatements = List.copyOf(sessionStatements);
        refusedSettings = List.copyOf(refusedSettings);
        extensions = Map.copyOf(extensions);
    }
}
