package io.walferry.job.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.TreeMap;

/** Hands out steps to several threads: the heaviest first, and within a group the stages one after the other. */
final class StepQueue {

    private final Queue<Step> ready = new PriorityQueue<>(
            Comparator.comparingLong(Step::weight).reversed().thenComparing(Step::object));
    private final Map<String, TreeMap<Integer, List<Step>>> later = new HashMap<>();

    /** Steps of the group's present stage that are not done. */
    private final Map<String, Integer> open = new HashMap<>();

    private int left;
    private boolean stopped;

    StepQueue(List<Step> steps) {
        for (Step step : steps) {
            later.computeIfAbsent(step.group(), group -> new TreeMap<>())
                    .computeIfAbsent(step.stage(), stage -> new ArrayList<>())
                    .add(step);
        }
        left = steps.size();
        List.copyOf(later.keySet()).forEach(this::nextStage);
    }

    private void nextStage(String group) {
        TreeMap<Integer, List<Step>> stages = later.get(group);
        Map.Entry<Integer, List<Step>> next = stages == null ? null : stages.pollFirstEntry();
        if (next != null) {
            open.put(group, next.getValue().size());
            ready.addAll(next.getValue());
        }
    }

    /** A step to make now; waits until there is one; {@code null} if there will be none. */
    synchronized Step take() throws InterruptedException {
        while (!stopped && ready.isEmpty() && left > 0) {
            wait();
        }
        return stopped ? null : ready.poll();
    }

    synchronized void done(Step step) {
        left--;
        if (open.merge(step.group(), -1, Integer::sum) == 0) {
            nextStage(step.group());
        }
        notifyAll();
    }

    /** No more steps are handed out. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }
}
