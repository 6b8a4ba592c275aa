package io.walferry.job.etl;

import io.walferry.job.etl.ColumnType.Kind;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.Lsn;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** What a statement may name beside the columns of its table. A column of the table with the same name hides it. */
enum Metadata {
    OPERATION("walferry_operation", Kind.STRING),
    SCHEMA("walferry_schema", Kind.STRING),
    TABLE("walferry_table", Kind.STRING),
    TASK("walferry_task", Kind.STRING),
    LSN("walferry_lsn", Kind.STRING),
    COMMIT_TIME("walferry_commit_time", Kind.TIMESTAMP_LTZ),
    TRANSACTION("walferry_transaction", Kind.BIGINT);

    private final String column;
    private final Kind kind;

    Metadata(String column, Kind kind) {
        this.column = column;
        this.kind = kind;
    }

    static Optional<Metadata> of(String name) {
        return Arrays.stream(values())
                .filter(known -> known.column.equals(name))
                .findFirst();
    }

    String column() {
        return column;
    }

    ColumnType type() {
        return new ColumnType(kind, kind == Kind.TIMESTAMP_LTZ ? 6 : 0, 0);
    }

    /** Whether it is the same for all changes of a row. */
    boolean steady() {
        return this == SCHEMA || this == TABLE || this == TASK;
    }

    /** Whether a change has to bring it along. */
    boolean stamped() {
        return this == COMMIT_TIME || this == TRANSACTION;
    }

    /** Its value for a row of the load. */
    Object ofLoad(LanePlan plan) {
        return switch (this) {
            case OPERATION -> "load";
            case SCHEMA -> plan.source().schema();
            case TABLE -> plan.source().name();
            case TASK -> plan.task();
            default -> null;
        };
    }

    /** Its value for the change that the cursor is at. */
    Object of(ChangeCursor change, LanePlan plan) {
        return switch (this) {
            case OPERATION -> change.kind() == ChangeKind.INSERT ? "insert" : "update";
            case LSN -> Lsn.format(change.commitLsn());
            case COMMIT_TIME -> Instant.ofEpochSecond(
                    Math.floorDiv(change.commitTimeMicros(), 1_000_000L),
                    Math.floorMod(change.commitTimeMicros(), 1_000_000L) * 1_000);
            case TRANSACTION -> change.transaction();
            default -> ofLoad(plan);
        };
    }
}
