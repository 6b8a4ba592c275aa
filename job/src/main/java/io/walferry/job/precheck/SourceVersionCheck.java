package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether the source's version is one that this program reads. */
final class SourceVersionCheck implements Check {

    private static final int OLDEST = 10;
    private static final int NEWEST = 18;

    @Override
    public CheckItem item() {
        return CheckItem.SOURCE_VERSION;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        return assess(context.where(Side.SOURCE), context.source().getMetaData().getDatabaseMajorVersion());
    }

    static List<Finding> assess(String where, int version) {
        if (version < OLDEST) {
            return List.of(Finding.error(
                            where,
                            "it is PostgreSQL " + version + ", older than " + OLDEST,
                            "Upgrade it, or read from a newer server")
                    .because("publications came with version 10"));
        }
        if (version > NEWEST) {
            return List.of(Finding.warning(
                            where,
                            "it is PostgreSQL " + version + ", newer than " + NEWEST,
                            "Use a newer version of Walferry if there is one")
                    .because("what came with it is not known to this program"));
        }
        return List.of();
    }
}
