package io.walferry.job.etl;

import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.Set;

/** The dead letters that a task has at its target; ships with the job. */
public interface DeadLetterRecords extends Serializable {

    /** The task's name. */
    String task();

    /** {@code row_key} of all letters of a source table. */
    Set<String> keys(TableId source) throws SQLException;
}
