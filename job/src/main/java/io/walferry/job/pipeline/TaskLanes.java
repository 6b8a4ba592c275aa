package io.walferry.job.pipeline;

import io.walferry.job.etl.LaneTable;
import io.walferry.job.model.Lane;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which of the task's tables have a lane of their own, numbered in the tables' order. */
final class TaskLanes {

    private final List<TableSchema> travelling = new ArrayList<>();
    private final Map<TableId, Lane> lanes = new HashMap<>();
    private final Map<Integer, LaneTable> tables = new TreeMap<>();
    private final Map<Integer, TableSchema> arriving = new HashMap<>();

    private TaskLanes() {}

    /**
     * @param all the task's tables, as they arrive
     * @param skips whether rows that a statement fails on are left out
     */
    static TaskLanes of(List<TableSchema> all, boolean skips) {
        TaskLanes found = new TaskLanes();
        for (TableSchema table : all) {
            if (table.mapping().statement() == null) {
                found.travelling.add(table);
            } else {
                LaneTable lane = LaneTable.of(table);
                int number = found.tables.size() + 1;
                found.travelling.add(lane.travelling());
                found.lanes.put(
                        table.id(), lane.lane(number, skips && !table.key().isEmpty()));
                found.tables.put(number, lane);
                found.arriving.put(number, table);
            }
        }
        return found;
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    /** All tables, with the columns that travel. */
    List<TableSchema> travelling() {
        return travelling;
    }

    /** By source table. */
    Map<TableId, Lane> lanes() {
        return lanes;
    }

    /** By number, in order. */
    Map<Integer, LaneTable> tables() {
        return tables;
    }

    /** The table as it arrives. */
    TableSchema arriving(int number) {
        return arriving.get(number);
    }

    /** Names of all lanes in the control records. */
    List<String> names() {
        List<String> names = new ArrayList<>(List.of(Lane.MAIN));
        arriving.values().forEach(table -> names.add(Lane.nameOf(table)));
        return names;
    }
}
