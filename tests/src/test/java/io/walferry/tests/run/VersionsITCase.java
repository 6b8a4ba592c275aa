package io.walferry.tests.run;

import io.walferry.tests.support.RandomWrites;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other pairs of versions than the one that all other tests use. */
class VersionsITCase {

    @ParameterizedTest(name = "PostgreSQL {0} to {1}")
    @CsvSource({"17, 11", "11, 14"})
    void bothSidesAreEqualInTheEnd(int sourceVersion, int targetVersion) throws Exception {
        try (TaskRun run =
                        TaskRun.on(TestServers.version(sourceVersion), TestServers.version(targetVersion), "versions");
                RandomWrites writes = new RandomWrites(run.pair(), 3, 500).createTables(2_000)) {
            run.file().chunkRows(500);
            writes.start(3, 200, Duration.ofMillis(5));
            run.start().awaitChanges();
            writes.await(Duration.ofSeconds(60));
            run.assertInStep();
            run.terminate();
        }
    }
}
