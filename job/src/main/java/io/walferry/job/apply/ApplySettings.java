package io.walferry.job.apply;

import io.walferry.job.config.ApplyConfig;
import io.walferry.job.jdbc.Database;
import java.io.Serializable;
import java.util.List;

/**
 * What the writers of one lane share; ships with the job.
 *
 * @param task name of the task
 * @param lane name of the lane
 * @param writers number of writers of the lane; with 1, source transactions stay whole
 * @param target where to write
 * @param apply batch sizes and linger
 * @param deadLetters how many dead letters the task may have; 0: it writes none
 * @param sessionStatements what else each connection runs first, as the kind of target needs it
 */
public record ApplySettings(
        String task,
        String lane,
        int writers,
        Database target,
        ApplyConfig apply,
        int deadLetters,
        List<String> sessionStatements)
        implements Serializable {

    public ApplySettings {
        if (writers < 1) {
            throw new IllegalArgumentException("a lane needs 1 writer or more, not " + writers);
        }
        sessionStatements = List.copyOf(sessionStatements);
    }

    public ApplySettings(String task, String lane, int writers, Database target, ApplyConfig apply) {
        this(task, lane, writers, target, apply, 0, List.of());
    }

    boolean wholeTransactions() {
        return writers == 1;
    }
}
