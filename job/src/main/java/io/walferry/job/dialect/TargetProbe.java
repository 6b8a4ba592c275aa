package io.walferry.job.dialect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks a target for its facts. */
final class TargetProbe {

    /**
     * Settings of PostgreSQL's relatives, and the value at which they behave as it does. A failed statement must abort its
     * transaction: exactly-once rests on it.
     */
    private static final Map<String, String> AS_POSTGRES = new LinkedHashMap<>();

    static {
        AS_POSTGRES.put("ivorysql.compatible_mode", "pg");
        AS_POSTGRES.put("polar_comp_stmt_level_tx", "off");
        AS_POSTGRES.put("polar_enable_stmt_transaction_rollback", "off");
        AS_POSTGRES.put("polar_empty_string_is_null_enable", "off");
        AS_POSTGRES.put("polar_comp_redwood_strings", "off");
        AS_POSTGRES.put("polar_comp_redwood_date", "off");
        AS_POSTGRES.put("polar_comp_redwood_greatest_least", "off");
        AS_POSTGRES.put("polar_enable_nls_date_format", "off");
    }

    private static final String NOT_ALLOWED = "42501"; // insufficient_privilege
    private static final String CANNOT_CHANGE_NOW = "55P02"; // cant_change_runtime_param

    private final Statement statement;

    private TargetProbe(Statement statement) {
        this.statement = statement;
    }

    /** @param target in autocommit mode; keeps the settings that the probe makes */
    static TargetDialect probe(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            return new TargetDialect(new TargetProbe(statement).facts());
        }
    }

    private TargetFacts facts() throws SQLException {
        int version = Integer.parseInt(text("SHOW server_version_num"));
        Optional<String> polardb = Optional.ofNullable(
                        text("SELECT pg_catalog.current_setting('polardb_version', true)"))
                .filter(value -> !value.isEmpty());
        boolean oracleMode = !"1082".equals(text("SELECT pg_catalog.to_regtype('date')::pg_catalog.oid"));
        List<String> statements = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        Map<String, String> settings = map("SELECT name, setting FROM pg_catalog.pg_settings WHERE name LIKE 'polar%'"
                + " OR name LIKE 'ivorysql.%'");
        for (Map.Entry<String, String> wanted : AS_POSTGRES.entrySet()) {
            String value = settings.get(wanted.getKey());
            if (value == null) {
                continue;
            }
            String set = "SET " + wanted.getKey() + " = " + wanted.getValue();
            if (allowed(set)) {
                statements.add(set);
            } else if (!value.equals(wanted.getValue())) {
                refused.add(wanted.getKey());
            }
        }
        // Put back, not reset: the connection may be one that writes rows, where triggers have to stay silent.
        String role = text("SHOW session_replication_role");
        boolean silent = allowed("SET session_replication_role = replica");
        if (silent) {
            statement.execute("SET session_replication_role = " + role);
        }
        return new TargetFacts(
                version,
                text("SELECT pg_catalog.version()"),
                polardb,
                oracleMode,
                "t".equals(text("SELECT '' IS NULL")),
                silent,
                statements,
                refused,
                text("SELECT pg_catalog.pg_encoding_to_char(encoding) FROM pg_catalog.pg_database"
                        + " WHERE datname = pg_catalog.current_database()"),
                map("SELECT name, default_version FROM pg_catalog.pg_available_extensions"));
    }

    private boolean allowed(String set) throws SQLException {
        try {
            statement.execute(set);
            return true;
        } catch (SQLException e) {
            if (NOT_ALLOWED.equals(e.getSQLState()) || CANNOT_CHANGE_NOW.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private String text(String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private Map<String, String> map(String query) throws SQLException {
        Map<String, String> map = new HashMap<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                map.put(rows.getString(1), rows.getString(2));
            }
        }
        return map;
    }
}
