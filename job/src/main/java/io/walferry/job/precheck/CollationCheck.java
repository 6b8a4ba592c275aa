package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Whether both databases order and fold texts alike, and the target as it did when its indexes were built. */
final class CollationCheck implements Check {

    /**
     * A database's default collation.
     *
     * @param provider {@code datlocprovider}: c (also before version 15), i or b
     * @param outdated the library has another version than when the database was made
     */
    record Locale(String provider, String collate, String ctype, String locale, boolean outdated) {

        boolean sameAs(Locale other) {
            return provider.equals(other.provider)
                    && collate.equals(other.collate)
                    && ctype.equals(other.ctype)
                    && Objects.equals(locale, other.locale);
        }

        String words() {
            String library = provider.equals("i") ? "ICU" : provider.equals("b") ? "built in" : "libc";
            return (locale == null ? collate + (ctype.equals(collate) ? "" : " and " + ctype) : locale) + " (" + library
                    + ")";
        }
    }

    @Override
    public CheckItem item() {
        return CheckItem.COLLATION;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        return assess(
                context.where(Side.TARGET),
                context.database(Side.TARGET).endpoint().database(),
                locale(context.source()),
                locale(context.target()));
    }

    static List<Finding> assess(String where, String database, Locale source, Locale target) {
        List<Finding> findings = new ArrayList<>();
        if (!source.sameAs(target)) {
            findings.add(Finding.warning(
                            where,
                            "its default collation is " + target.words() + ", the source's is " + source.words(),
                            "Create the target's database with the source's locale, if it has to sort alike")
                    .because(
                            "queries order texts differently, and unique indexes or partitions over texts may differ"));
        }
        if (target.outdated()) {
            findings.add(Finding.warning(
                            where,
                            "its collation has another version than when the database was made",
                            "Rebuild the indexes over texts that are there already, then accept the version")
                    .because("such indexes may miss rows")
                    .atTarget("ALTER DATABASE " + quoted(database) + " REFRESH COLLATION VERSION"));
        }
        return findings;
    }

    private static Locale locale(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        String more = version < 15
                ? "'c', NULL, false"
                : "datlocprovider, " + (version < 17 ? "daticulocale" : "datlocale")
                        + ", COALESCE(datcollversion <> pg_catalog.pg_database_collation_actual_version(oid), false)";
        return Query.one(
                connection,
                "SELECT datcollate, datctype, " + more
                        + " FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()",
                row -> new Locale(
                        row.getString(3), row.getString(1), row.getString(2), row.getString(4), row.getBoolean(5)));
    }
}
