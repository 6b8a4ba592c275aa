package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.config.Endpoint;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether a side would end our sessions or statements by the clock. What our connections switch off themselves is no matter. */
final class TimeoutsCheck implements Check {

    /** Twice as long as the reader is silent at most. */
    private static final int LEAST_SENDER_TIMEOUT_MS = 20_000;

    private final Side side;

    TimeoutsCheck(Side side) {
        this.side = side;
    }

    @Override
    public CheckItem item() {
        return side == Side.SOURCE ? CheckItem.SOURCE_TIMEOUTS : CheckItem.TARGET_TIMEOUTS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(side == Side.SOURCE ? Need.SOURCE : Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        Endpoint endpoint = context.database(side).endpoint();
        String forUs = "ALTER ROLE " + quoted(endpoint.username()) + " IN DATABASE " + quoted(endpoint.database());
        List<Finding> findings = new ArrayList<>(Query.all(
                context.connection(side),
                "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings WHERE setting <> '0' AND name IN"
                        + " ('statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout',"
                        + " 'transaction_timeout', 'idle_session_timeout') ORDER BY name",
                row -> Finding.warning(
                                context.where(side),
                                row.getString(1) + " is " + row.getString(2) + " for the task's user",
                                "Switch it off for the task's user")
                        .because("the server would end what the task is doing when the time is up, again and again if a"
                                + " chunk takes longer")
                        .with(side, forUs + " SET " + row.getString(1) + " = 0")));
        if (side == Side.SOURCE) {
            long senderMs = Query.numericSetting(context.source(), "wal_sender_timeout");
            if (senderMs == 0) {
                findings.add(Finding.warning(context.where(side), "wal_sender_timeout is 0", "Set it to a minute or so")
                        .because(
                                "the server never notices a reader whose machine is gone, so the slot stays busy and the"
                                        + " task cannot go on")
                        .atSource("ALTER SYSTEM SET wal_sender_timeout = '60s'", "SELECT pg_catalog.pg_reload_conf()"));
            } else if (senderMs < LEAST_SENDER_TIMEOUT_MS) {
                findings.add(Finding.warning(
                                context.where(side),
                                "wal_sender_timeout is " + senderMs + " ms",
                                "Set it to a minute or so")
                        .because("a short pause of the reader would end its connection")
                        .atSource("ALTER SYSTEM SET wal_sender_timeout = '60s'", "SELECT pg_catalog.pg_reload_conf()"));
            }
        }
        return findings;
    }
}
