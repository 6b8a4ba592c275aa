package io.walferry.job.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StepQueueTest {

    private static Step step(String object, String group, int stage, long weight) {
        return new Step(
                        ObjectName.of(ObjectKind.TABLE, new TableId("shop", object)),
                        group,
                        stage,
                        weight,
                        Presence.never(),
                        List.of())
                .called(object);
    }

    @Test
    void handsOutTheHeaviestFirst() throws InterruptedException {
        StepQueue queue =
                new StepQueue(List.of(step("small", "a", 0, 1), step("large", "b", 0, 9), step("x", "c", 0, 5)));
        assertThat(List.of(
                        queue.take().object(),
                        queue.take().object(),
                        queue.take().object()))
                .containsExactly("large", "x", "small");
    }

    @Test
    void keepsTheStagesOfAGroupApart() throws InterruptedException {
        StepQueue queue = new StepQueue(List.of(
                step("later", "a", 1, 100), step("first", "a", 0, 1), step("second", "a", 0, 2), step("b", "b", 7, 0)));
        List<Step> taken = new ArrayList<>(List.of(queue.take(), queue.take(), queue.take()));
        assertThat(taken).extracting(Step::object).containsExactly("second", "first", "b");
        CompletableFuture<Step> next = CompletableFuture.supplyAsync(() -> {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        queue.done(taken.get(0));
        assertThat(next).isNotDone();
        queue.done(taken.get(1));
        assertThat(next)
                .succeedsWithin(10, TimeUnit.SECONDS)
                .extracting(Step::object)
                .isEqualTo("later");
        queue.done(taken.get(2));
        queue.done(next.join());
        assertThat(queue.take()).isNull();
    }

    @Test
    void handsOutNothingOnceStopped() throws InterruptedException {
        StepQueue queue = new StepQueue(List.of(step("a", "a", 0, 1)));
        queue.stop();
        assertThat(queue.take()).isNull();
    }
}
