package io.walferry.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.apply.ApplySink;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.StreamElement;
import io.walferry.job.model.StreamTable;
import io.walferry.job.serde.StreamElementType;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sink in a running job without checkpoints: changes arrive, and failures show, though nothing follows them. */
class ApplySinkITCase {

    private static final int WRITERS = 2;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final StreamTable ITEM =
            Changes.table(1, "item", List.of(0), "id pg_catalog.int4", "v pg_catalog.text");
    private static final BlockingQueue<StreamElement> ELEMENTS = new LinkedBlockingQueue<>();

    private ApplyTarget target;
    private JobClient job;
    private CompletableFuture<JobExecutionResult> result;

    /** Emits what the test puts into the queue. */
    @SuppressWarnings("deprecation")
    private static final class QueueSource
            implements org.apache.flink.streaming.api.functions.source.SourceFunction<StreamElement> {
        private volatile boolean running = true;

        @Override
        public void run(SourceContext<StreamElement> context) throws InterruptedException {
            while (running) {
                StreamElement element = ELEMENTS.poll(10, TimeUnit.MILLISECONDS);
                if (element != null) {
                    context.collect(element);
                }
            }
        }

        @Override
        public void cancel() {
            running = false;
        }
    }

    @BeforeEach
    @SuppressWarnings("deprecation")
    void startJob() throws Exception {
        ELEMENTS.clear();
        target = new ApplyTarget(TestServers.target());
        target.execute("CREATE TABLE item (id int PRIMARY KEY, v text CHECK (v <> 'bad'))");
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.getConfig().disableGenericTypes();
        env.setParallelism(1);
        env.addSource(new QueueSource(), "elements", StreamElementType.INSTANCE)
                .partitionCustom((channel, partitions) -> channel, StreamElement::channel)
                .sinkTo(new ApplySink(target.settings(WRITERS, 1000)))
                .setParallelism(WRITERS);
        job = env.executeAsync();
        // The local cluster ends with its job and answers nothing afterwards.
        result = job.getJobExecutionResult();
    }

    @AfterEach
    void stopJob() throws Exception {
        if (!result.isDone()) {
            job.cancel().get(30, TimeUnit.SECONDS);
            Await.until("cancelled", LIMIT, result::isDone);
        }
        target.close();
    }

    @Test
    void writesAfterTheLinger() throws Exception {
        for (int i = 0; i < 100; i++) {
            ELEMENTS.add(insert(i, "v"));
        }
        Await.until("100 rows", LIMIT, () -> target.value("SELECT count(*) FROM item")
                .equals("100"));
        assertThat(target.progress()).hasSize(WRITERS).noneMatch(row -> row.contains("@0/0+"));
    }

    @Test
    void failsOnARejectedRow() throws Exception {
        ELEMENTS.add(insert(1, "bad"));
        assertThatThrownBy(() -> result.get(30, TimeUnit.SECONDS))
                .hasStackTraceContaining("public.item")
                .hasStackTraceContaining("23514");
    }

    @Test
    void canBeCancelledWhileItsStatementWaits() throws Exception {
        Connection lock = target.lock("item");
        for (int i = 0; i < 50; i++) {
            ELEMENTS.add(insert(i, "v"));
        }
        target.awaitLockWait();
        job.cancel().get(30, TimeUnit.SECONDS);
        Await.until("cancelled", LIMIT, result::isDone);
        lock.close();
        assertThat(target.value("SELECT count(*) FROM item")).isEqualTo("0");
    }

    private static ChangeBlock insert(int id, String value) {
        int channel = KeyGroups.channelOf(Changes.keyGroup(ITEM, "" + id), WRITERS);
        return new Changes(channel)
                .transaction(0x1000 + id)
                .insert(ITEM, "" + id, value)
                .block();
    }
}
