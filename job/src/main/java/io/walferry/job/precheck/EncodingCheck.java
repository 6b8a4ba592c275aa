package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether the target's encoding has every character that the source's has. */
final class EncodingCheck implements Check {

    private static final String QUERY = "SELECT pg_catalog.pg_encoding_to_char(encoding) FROM pg_catalog.pg_database"
            + " WHERE datname = pg_catalog.current_database()";

    @Override
    public CheckItem item() {
        return CheckItem.ENCODING;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        return assess(
                context.where(Side.TARGET),
                Query.texts(context.source(), QUERY).get(0),
                Query.texts(context.target(), QUERY).get(0));
    }

    static List<Finding> assess(String where, String source, String target) {
        String fix = "Create the target's database in UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0";
        if (source.equals("SQL_ASCII") && !target.equals("SQL_ASCII")) {
            return List.of(Finding.warning(
                            where,
                            "its encoding is " + target + ", the source's is SQL_ASCII",
                            "Make sure that all texts of the source are " + target)
                    .because("SQL_ASCII takes any bytes, and those that are no " + target + " stop the task"));
        }
        if (target.equals("SQL_ASCII") && !source.equals("SQL_ASCII")) {
            return List.of(Finding.warning(where, "its encoding is SQL_ASCII, the source's is " + source, fix)
                    .because("the target would not know what its bytes mean"));
        }
        if (!target.equals(source) && !target.equals("UTF8")) {
            return List.of(Finding.warning(where, "its encoding is " + target + ", the source's is " + source, fix)
                    .because("a character that the target does not have stops the task"));
        }
        return List.of();
    }
}
