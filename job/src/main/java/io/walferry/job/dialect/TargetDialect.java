package io.walferry.job.dialect;

import io.walferry.job.failure.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What follows from a target's facts. */
public final class TargetDialect {

    /** PolarDB-O 1.0 is made from it; nothing older has indexes on partitioned tables. */
    private static final int OLDEST = 11;

    /** First major version of built-in types, and of storage parameters of tables, that not all versions have. */
    private static final Map<String, Integer> TYPES = Map.ofEntries(
            Map.entry("jsonpath", 12),
            Map.entry("xid8", 13),
            Map.entry("pg_snapshot", 13),
            Map.entry("regcollation", 13),
            Map.entry("int4multirange", 14),
            Map.entry("int8multirange", 14),
            Map.entry("nummultirange", 14),
            Map.entry("datemultirange", 14),
            Map.entry("tsmultirange", 14),
            Map.entry("tstzmultirange", 14));

    private static final Map<String, Integer> STORAGE_PARAMETERS = Map.ofEntries(
            Map.entry("vacuum_index_cleanup", 12),
            Map.entry("vacuum_truncate", 12),
            Map.entry("autovacuum_vacuum_insert_threshold", 13),
            Map.entry("autovacuum_vacuum_insert_scale_factor", 13),
            Map.entry("autovacuum_vacuum_max_threshold", 18),
            Map.entry("vacuum_max_eager_freeze_failure_rate", 18));

    private final TargetFacts facts;

    public TargetDialect(TargetFacts facts) {
        this.facts = facts;
    }

    /**
     * Asks a target.
     *
     * @param target in autocommit mode
     */
    public static TargetDialect probe(Connection target) throws SQLException {
        return TargetProbe.probe(target);
    }

    public TargetFacts facts() {
        return facts;
    }

    /** For people: {@code PostgreSQL 14}, {@code PolarDB 2.0.14.3.0 (PostgreSQL 14, Oracle mode)}. */
    public String name() {
        String postgres = "PostgreSQL " + majorVersion() + (facts.oracleMode() ? ", Oracle mode" : "");
        return facts.polardb()
                .map(version -> "PolarDB " + version + " (" + postgres + ")")
                .orElse(postgres);
    }

    public int majorVersion() {
        return facts.version() / 10000;
    }

    /** To run on every connection that writes to the target or creates something there. */
    public List<String> sessionStatements() {
        return facts.sessionStatements();
    }

    /** The task's user may set {@code session_replication_role}; else no table that it writes to may have a trigger. */
    public boolean triggersCanBeSilenced() {
        return facts.triggersCanBeSilenced();
    }

    public boolean supports(Feature feature) {
        return majorVersion() >= feature.since();
    }

    /** The first major version that has the built-in type, if this one has not. */
    public Optional<Integer> missingType(String name) {
        return newer(TYPES.get(name));
    }

    /** The first major version that has the storage parameter of tables, if this one has not. */
    public Optional<Integer> missingStorageParameter(String name) {
        return newer(STORAGE_PARAMETERS.get(name));
    }

    public boolean hasExtension(String name) {
        return facts.extensions().containsKey(name);
    }

    /** What speaks against the target itself. */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        if (majorVersion() < OLDEST) {
            findings.add(Finding.error(
                    "target", "it is " + name() + ", older than PostgreSQL " + OLDEST, "Use a newer server"));
        }
        for (String setting : facts.refusedSettings()) {
            findings.add(Finding.error(
                    "target setting " + setting,
                    "the task's user may not change it, and its value makes the server differ from PostgreSQL",
                    "Use a privileged account, or set it for the user with ALTER ROLE … SET " + setting));
        }
        return findings;
    }

    private Optional<Integer> newer(Integer since) {
        return since == null || since <= majorVersion() ? Optional.empty() : Optional.of(since);
    }
}
