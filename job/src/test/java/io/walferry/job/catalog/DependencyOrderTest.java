package io.walferry.job.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DependencyOrderTest {

    private static DependencyOrder.Result<String> order(List<String> things, Map<String, List<String>> needs) {
        return DependencyOrder.of(things, thing -> needs.getOrDefault(thing, List.of()));
    }

    @Test
    void keepsTheOrderOfWhatNeedsNothing() {
        assertThat(order(List.of("b", "a", "c"), Map.of()).ordered()).containsExactly("b", "a", "c");
    }

    @Test
    void putsEachAfterWhatItNeeds() {
        assertThat(order(
                                List.of("table", "domain", "type", "other"),
                                Map.of("table", List.of("domain", "type"), "domain", List.of("type", "domain")))
                        .ordered())
                .containsExactly("type", "domain", "table", "other");
    }

    @Test
    void doesNotWaitForWhatIsNotThere() {
        assertThat(order(List.of("a"), Map.of("a", List.of("elsewhere"))).ordered())
                .containsExactly("a");
    }

    @Test
    void tellsWhatNeedsItself() {
        DependencyOrder.Result<String> result =
                order(List.of("a", "b", "c"), Map.of("a", List.of("b"), "b", List.of("a")));
        assertThat(result.ordered()).containsExactly("c");
        assertThat(result.circular()).containsExactly("a", "b");
    }
}
