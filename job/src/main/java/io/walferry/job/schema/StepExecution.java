package io.walferry.job.schema;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.sql.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Makes a step at the target, as one transaction. */
final class StepExecution {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final int LONGEST_STATEMENT_SHOWN = 2000;

    private StepExecution() {}

    /** What every connection that creates structure needs. */
    static void prepare(Connection target, List<String> sessionStatements) throws SQLException {
        try (Statement statement = target.createStatement()) {
            for (String sql : sessionStatements) {
                statement.execute(sql);
            }
            // A function's body may name tables that come later.
            statement.execute("SET check_function_bodies = off");
            statement.execute("SET client_min_messages = warning");
        }
    }

    /**
     * Runs the step's statements.
     *
     * @param target in autocommit mode
     * @param rebuild an index of that name is there and not valid: drop it first
     * @param running gets the statement, so that another thread can cancel it
     */
    static void run(Connection target, Step step, boolean rebuild, RunningStatement running) {
        String current = "BEGIN";
        boolean complete = false;
        try {
            target.setAutoCommit(false);
            try (Statement statement = target.createStatement()) {
                running.set(statement);
                if (rebuild) {
                    current = "DROP INDEX " + Identifier.quoted(step.presence().id());
                    statement.execute(current);
                }
                for (String sql : step.statements()) {
                    current = sql;
                    statement.execute(sql);
                }
                target.commit();
                complete = true;
            } finally {
                running.clear();
                if (!complete) {
                    rollback(target);
                }
            }
            target.setAutoCommit(true);
        } catch (SQLException e) {
            throw failure(step, current, e);
        }
    }

    /** Whatever broke the step off: changing to autocommit would commit the part of it that was made, so roll back or hang up. */
    private static void rollback(Connection target) throws SQLException {
        try {
            target.rollback();
            target.setAutoCommit(true);
        } catch (SQLException e) {
            target.close();
        }
    }

    private static StepFailure failure(Step step, String sql, SQLException e) {
        FailureKind kind = FailureKind.of(e);
        String fix = kind == FailureKind.TRANSIENT
                ? "Try again"
                : UNIQUE_VIOLATION.equals(e.getSQLState())
                        ? "Remove the duplicates, which did not come from the source, then start again"
                        : "Solve it, or create it by hand, then start again: what is there is kept. The statement was: "
                                + (sql.length() > LONGEST_STATEMENT_SHOWN
                                        ? sql.substring(0, LONGEST_STATEMENT_SHOWN) + "…"
                                        : sql);
        return new StepFailure(
                kind == FailureKind.REJECTED_ROW ? FailureKind.NEEDS_OPERATOR : kind,
                "target " + step.object(),
                message(step, e),
                fix,
                mayHoldValue(step, e) ? new SQLException("SQLSTATE " + e.getSQLState(), e.getSQLState()) : e);
    }

    /** Building over rows, a data exception may name a row's value. */
    private static boolean mayHoldValue(Step step, SQLException e) {
        String state = e.getSQLState();
        if (!step.readsRows() || state == null) {
            return false;
        }
        // The query of a materialized view may raise what it likes.
        return state.startsWith("22")
                || state.startsWith("23")
                || state.startsWith("P0") && step.name().kind() == ObjectKind.MATERIALIZED_VIEW;
    }

    /** The server's words, unless they may hold a value. */
    private static String message(Step step, SQLException e) {
        if (!(e instanceof PSQLException server) || server.getServerErrorMessage() == null) {
            return e.getMessage();
        }
        ServerErrorMessage error = server.getServerErrorMessage();
        String state = "SQLSTATE " + e.getSQLState();
        return mayHoldValue(step, e)
                ? state + (error.getConstraint() == null ? "" : ", constraint " + error.getConstraint())
                : error.getMessage() + " (" + state + ")";
    }
}
