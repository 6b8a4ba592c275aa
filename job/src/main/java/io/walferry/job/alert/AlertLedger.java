package io.walferry.job.alert;

import io.walferry.job.sql.AlertSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code walferry.alert} over a connection in autocommit mode; for one thread. */
final class AlertLedger {

    private final Connection connection;
    private final String task;

    AlertLedger(Connection connection, String task) {
        this.connection = connection;
        this.task = task;
    }

    /** An event on record. */
    record Known(String event, boolean over) {}

    /**
     * Who has it tells, and nobody else for two minutes.
     *
     * @param told how often it was
     * @param sent names of channels that have this message already
     */
    record Claim(int told, Instant since, List<String> sent) {}

    void install() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(AlertSql.there())) {
                if (row.next() && row.getBoolean(1)) {
                    return;
                }
            }
            statement.execute(AlertSql.create());
        }
    }

    Map<AlertKind, Known> known() throws SQLException {
        Map<AlertKind, Known> known = new HashMap<>();
        try (PreparedStatement query = prepare(AlertSql.known(), task);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                for (AlertKind kind : AlertKind.values()) {
                    if (kind.label().equals(row.getString(1))) {
                        known.put(kind, new Known(row.getString(2), row.getBoolean(3)));
                    }
                }
            }
        }
        return known;
    }

    void raise(AlertKind kind, String event) throws SQLException {
        update(AlertSql.raise(), task, kind.label(), event);
    }

    /** @param reminders how many there may be */
    Optional<Claim> claim(AlertKind kind, String event, long patienceMs, int reminders, long pauseMs)
            throws SQLException {
        return claim(AlertSql.claim(), task, kind.label(), event, patienceMs, reminders, pauseMs);
    }

    /** What was wrong is so no more: forgets it, or notes that this is to be told. */
    void pass(AlertKind kind) throws SQLException {
        if (update(AlertSql.forget(), task, kind.label()) == 0) {
            update(AlertSql.pass(), task, kind.label());
        }
    }

    Optional<Claim> claimPassed(AlertKind kind) throws SQLException {
        return claim(AlertSql.claimPassed(), task, kind.label());
    }

    void sent(AlertKind kind, String event, String channel) throws SQLException {
        update(AlertSql.sent(), channel, task, kind.label(), event);
    }

    void told(AlertKind kind, String event) throws SQLException {
        update(AlertSql.told(), task, kind.label(), event);
    }

    void toldPassed(AlertKind kind) throws SQLException {
        update(AlertSql.toldPassed(), task, kind.label());
    }

    void tryLater(AlertKind kind, long pauseMs) throws SQLException {
        update(AlertSql.tryLater(), pauseMs, task, kind.label());
    }

    private Optional<Claim> claim(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement claim = prepare(sql, parameters);
                ResultSet row = claim.executeQuery()) {
            return row.next()
                    ? Optional.of(new Claim(
                            row.getInt(1),
                            row.getObject(2, OffsetDateTime.class).toInstant(),
                            List.of((String[]) row.getArray(3).getArray())))
                    : Optional.empty();
        }
    }

    private int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
