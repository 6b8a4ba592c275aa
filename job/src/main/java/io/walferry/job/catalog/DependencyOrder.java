package io.walferry.job.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
        List<T> queue = new ArrayList<>();
        for (T thing : waitsFor.keySet()) {
            if (waitsFor.get(thing) == 0) {
                queue.add(thing);
            }
        }
        for (int i = 0; i < queue.size(); i++) {
            for (T next : neededBy.getOrDefault(queue.get(i), List.of())) {
                if (waitsFor.merge(next, -1, Integer::sum) == 0) {
                    queue.add(next);
                }
            }
        }
        List<T> circular = new ArrayList<>(waitsFor.keySet());
        circular.removeAll(new LinkedHashSet<>(queue));
        return new Result<>(queue, circular);
    }
}
