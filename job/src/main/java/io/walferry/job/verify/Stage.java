package io.walferry.job.verify;

import io.walferry.job.model.StreamElement;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/** The two stages of a run that have rows go through statements: their workers, and the lanes behind these. */
public final class Stage {

    public static final String COMPARE = "compare";
    public static final String SETTLE = "settle";

    private Stage() {}

    static String worker(String stage, int index) {
        return stage + index;
    }

    /** What goes into the lane of one of a table's sources, beside the stage's own output. */
    public static OutputTag<StreamElement> lane(ComparedTable table, int part, TypeInformation<StreamElement> type) {
        return new OutputTag<>(StatementRows.laneName(table, part), type);
    }
}
