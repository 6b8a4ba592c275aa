package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.schema.StructurePlan;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TestServers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From old to new and from new to old servers, nothing differs that was not told. */
class ObjectVersionsITCase {

    private static final Map<Integer, PostgresServer> SERVERS = new HashMap<>();

    private static synchronized PostgresServer server(int version) {
        return version == TestServers.TARGET_VERSION
                ? TestServers.target()
                : SERVERS.computeIfAbsent(version, TestServers::start);
    }

    @AfterAll
    static void stopServers() {
        SERVERS.values().forEach(PostgresServer::close);
    }

    @ParameterizedTest(name = "PostgreSQL {0} to {1}")
    @CsvSource({"10, 11", "10, 14", "10, 18", "18, 11", "18, 14", "18, 18"})
    void nothingDiffersThatWasNotTold(int sourceVersion, int targetVersion) throws Exception {
        try (StructurePair pair = new StructurePair(server(sourceVersion), server(targetVersion))) {
            pair.script("objects.sql");
            for (int version : new int[] {11, 14, 18}) {
                if (version <= sourceVersion) {
                    pair.script("objects-" + version + ".sql");
                }
            }
            // Version 11 can have no generated column at all, which stops the start.
            List<String> exclude = targetVersion < 12 ? List.of("app.doubled") : List.of();
            StructurePlan plan =
                    pair.plan(new ObjectsConfig(List.of("app", "base", "\"Mixed Case\""), List.of(), exclude));
            assertThat(pair.catalog().findings()).noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
            assertThat(plan.findings()).noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
            pair.before();
            pair.afterLoad();
            pair.atConsistency();
            List<String> told = told(plan);
            List<String> failed = new ArrayList<>();
            pair.states.forEach((object, state) -> {
                if (!state.equals("done")) {
                    failed.add(object);
                    told.add(ownName(object));
                }
            });
            assertThat(failed).as("failed at the target").isSubsetOf(mayFail(targetVersion));
            assertThat(differences(pair).stream().filter(line -> told.stream().noneMatch(line::contains)))
                    .isEmpty();
        }
    }

    /** What needs something that the plan has left out: the target says so. */
    private static List<String> mayFail(int targetVersion) {
        return targetVersion < 14
                ? List.of("view app.on_reader", "statistics app.readings_expression")
                : List.of("view app.on_reader");
    }

    private static List<String> told(StructurePlan plan) {
        List<String> told = new ArrayList<>();
        plan.leftOut().stream()
                .map(LeftOut::identity)
                .map(ObjectVersionsITCase::ownName)
                .forEach(told::add);
        plan.findings().stream()
                .map(Finding::where)
                .map(ObjectVersionsITCase::ownName)
                .forEach(told::add);
        return told;
    }

    /** {@code no_update} of {@code rule no_update of Mixed Case.Note}, {@code in_c} of {@code base.in_c(integer)}. */
    private static String ownName(String object) {
        String first = object.split(" of | for |\\(|, column ")[0];
        return first.substring(Math.max(first.lastIndexOf('.'), first.lastIndexOf(' ')) + 1);
    }

    private static List<String> differences(StructurePair pair) throws Exception {
        List<String> source = pair.sourceFacts();
        List<String> target = pair.targetFacts();
        List<String> differences = new ArrayList<>();
        source.stream().filter(fact -> !target.contains(fact)).forEach(fact -> differences.add("-" + fact));
        target.stream().filter(fact -> !source.contains(fact)).forEach(fact -> differences.add("+" + fact));
        return differences;
    }
}
