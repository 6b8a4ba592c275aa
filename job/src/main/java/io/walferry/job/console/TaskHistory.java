package io.walferry.job.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** Lag and rates of a task over the last half hour, a point a second. */
final class TaskHistory {

    private static final int POINTS = 1_800;

    private record Point(long atMs, OptionalLong lagMs, OptionalLong changes, OptionalLong rows) {}

    private final Deque<Point> points = new ArrayDeque<>();

    synchronized void add(long atMs, ConsoledTask.Status status) {
        points.addLast(new Point(atMs, status.lagMs(), status.changesPerSecond(), status.rowsPerSecond()));
        if (points.size() > POINTS) {
            points.removeFirst();
        }
    }

    /** Those after {@code sinceMs}, as JSON: arrays of time, lag in ms, changes and rows per second; null where unknown. */
    synchronized String json(long sinceMs) {
        StringBuilder json = new StringBuilder("[");
        for (Point point : points) {
            if (point.atMs() > sinceMs) {
                json.append(json.length() == 1 ? "[" : ",[").append(point.atMs());
                add(json, point.lagMs());
                add(json, point.changes());
                add(json, point.rows());
                json.append(']');
            }
        }
        return json.append(']').toString();
    }

    private static void add(StringBuilder json, OptionalLong value) {
        json.append(',');
        if (value.isPresent()) {
            json.append(value.getAsLong());
        } else {
            json.append("null");
        }
    }
}
