package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding.Side;
import java.util.List;

/** The checks that need nothing but the two servers. */
public final class Checks {

    private Checks() {}

    /** Whether we can get in; to be made first. */
    public static List<Check> connections() {
        return List.of(new ConnectionCheck(Side.SOURCE), new ConnectionCheck(Side.TARGET));
    }

    /** Whether the changelog can be read. */
    public static List<Check> replicationConnection() {
        return List.of(new ReplicationConnectionCheck());
    }

    /** What matters before every start, also when a task goes on. */
    public static List<Check> beforeEveryStart() {
        return List.of(
                new PrimaryCheck(Side.SOURCE),
                new PrimaryCheck(Side.TARGET),
                new TargetProductCheck(),
                new WalLevelCheck());
    }

    /** What else matters before a task starts for the first time. */
    public static List<Check> beforeFirstStart() {
        return List.of(
                new SourceVersionCheck(),
                new ReplicationSlotsCheck(),
                new WalSendersCheck(),
                new SourceRightsCheck(),
                new CatalogCheck(CheckItem.OBJECTS),
                new CatalogCheck(CheckItem.REPLICA_IDENTITY),
                new KeysCheck(),
                new ForeignKeyParentsCheck(),
                new ExtensionsCheck(),
                new OpenTransactionsCheck(),
                new WalRetentionCheck(),
                new TimeoutsCheck(Side.SOURCE),
                new TimeoutsCheck(Side.TARGET),
                new OriginsCheck(),
                new StandbysCheck(),
                new TargetSpaceCheck(),
                new EncodingCheck(),
                new CollationCheck(),
                new TimeZoneCheck(),
                new LcMonetaryCheck(),
                new ReservedWordsCheck(),
                new LetterCaseCheck(),
                new EmptyStringsCheck(),
                new TargetTypesCheck(),
                new StatementRollbackCheck());
    }
}
