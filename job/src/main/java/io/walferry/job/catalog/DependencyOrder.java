package io.walferry.job.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Function;

/** Orders things so that each comes after what it needs, and otherwise as they came. */
final class DependencyOrder {

    private DependencyOrder() {}

    /**
     * The order, and what is left because it needs itself in a circle.
     *
     * @param ordered everything else
     */
    record Result<T>(List<T> ordered, List<T> circular) {}

    /** @param needs what a thing needs; what is not among {@code things} does not count */
    static <T> Result<T> of(Collection<T> things, Function<T, ? extends Collection<T>> needs) {
        Map<T, Integer> waitsFor = new LinkedHashMap<>();
        Map<T, List<T>> neededBy = new LinkedHashMap<>();
        things.forEach(thing -> waitsFor.put(thing, 0));
        for (T thing : waitsFor.keySet()) {
            for (T need : new LinkedHashSet<>(needs.apply(thing))) {
                if (!need.equals(thing) && waitsFor.containsKey(need)) {
                    waitsFor.merge(thing, 1, Integer::sum);
                    neededBy.computeIfAbsent(need, key -> new ArrayList<>()).add(thing);
                }
            }
        }
        Map<T, Integer> places = new HashMap<>();
        waitsFor.keySet().forEach(thing -> places.put(thing, places.size()));
        Queue<T> ready = new PriorityQueue<>(Comparator.comparing(places::get));
        waitsFor.forEach((thing, waits) -> {
            if (waits == 0) {
                ready.add(thing);
            }
        });
        List<T> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            T thing = ready.remove();
            ordered.add(thing);
            for (T next : neededBy.getOrDefault(thing, List.of())) {
                if (waitsFor.merge(next, -1, Integer::sum) == 0) {
                    ready.add(next);
                }
            }
        }
        List<T> circular = new ArrayList<>(waitsFor.keySet());
        circular.removeAll(new LinkedHashSet<>(ordered));
        return new Result<>(ordered, circular);
    }
}
