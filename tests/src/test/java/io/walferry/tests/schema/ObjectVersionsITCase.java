package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.schema.StructurePlan;
import io.walferry.tests.support.TestServers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From old to new and from new to old servers, nothing differs that was not told. */
class ObjectVersionsITCase {

    /** Older versions say less of the same: no multirange, no default of an aggregate, no kinds of statistics. */
    private static final List<String> READS_DIFFERENTLY = List.of(
            "type base.span",
            "aggregate base.middle(double precision ORDER BY anyelement)",
            "aggregate base.rows_seen()",
            "aggregate base.total(base.positive)",
            "statistics app.customer_stats");

    private static final Pattern PART = Pattern.compile("(foreign key|rule|trigger) (.+) of (?:table )?(.+)");
    private static final Pattern COLUMN = Pattern.compile("table (.+), column (.+)");

    @ParameterizedTest(name = "PostgreSQL {0} to {1}")
    @CsvSource({
        "10, 11", "10, 14", "10, 18",
        "12, 11", "12, 14", "12, 18",
        "15, 11", "15, 14", "15, 18",
        "18, 11", "18, 14", "18, 18"
    })
    void nothingDiffersThatWasNotTold(int sourceVersion, int targetVersion) throws Exception {
        try (StructurePair pair =
                new StructurePair(TestServers.version(sourceVersion), TestServers.version(targetVersion))) {
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
            Set<String> told = told(plan);
            Set<String> failed = new TreeSet<>();
            pair.states.forEach((object, state) -> {
                if (!state.equals("done")) {
                    failed.add(object);
                }
            });
            assertThat(failed).as("failed at the target").isEqualTo(failures(sourceVersion, targetVersion));
            told.addAll(failed);
            assertThat(differences(pair).stream()
                            .filter(line -> told.stream().noneMatch(object -> isOf(object, line.substring(1)))))
                    .isEmpty();
            assertThat(pair.differing().keySet()).extracting(Object::toString).isSubsetOf(READS_DIFFERENTLY);
        }
    }

    /** What needs something that the plan has left out, or what only the target knows to be too new for it. */
    private static Set<String> failures(int sourceVersion, int targetVersion) {
        Set<String> failures = new TreeSet<>();
        if (sourceVersion >= 15 && targetVersion < 14) {
            failures.add("statistics app.readings_expression");
        }
        if (sourceVersion >= 18 && targetVersion < 15) {
            failures.add("view app.on_reader");
        }
        return failures;
    }

    /** Objects as the plan calls them: {@code trigger always of app.Order}. */
    private static Set<String> told(StructurePlan plan) {
        Set<String> told = new HashSet<>();
        plan.leftOut().forEach(object -> told.add(object.object()));
        plan.findings().forEach(finding -> told.add(finding.where()));
        return told;
    }

    /** Whether a fact is about that very object, not about one of the same name. */
    private static boolean isOf(String object, String fact) {
        String line = fact.replace("\"", "");
        Matcher part = PART.matcher(object);
        if (part.matches()) {
            String kind = part.group(1);
            String name = part.group(2);
            String relation = part.group(3);
            return kind.equals("foreign key")
                    // What a partition has from its parent has a name of its own.
                    ? line.startsWith("constraint|" + relation + "|-|" + name + "|f|")
                            || line.startsWith("constraint|" + relation + "|-|null|f|")
                    : line.startsWith(kind + "|" + relation + "|" + name + "|");
        }
        Matcher column = COLUMN.matcher(object);
        if (column.matches()) {
            return line.matches("column\\|" + Pattern.quote(column.group(1)) + "\\|\\d+\\|"
                    + Pattern.quote(column.group(2)) + "\\|.*");
        }
        String name = object.substring(object.lastIndexOf(' ') + 1);
        return switch (object.substring(0, object.indexOf(' '))) {
            case "view" -> line.startsWith("view|" + name + "|")
                    || line.startsWith("relation|" + name + "|")
                    || line.startsWith("column|" + name + "|");
            case "table" -> line.startsWith("relation|" + name + "|")
                    || line.startsWith("column|" + name + "|")
                    || line.startsWith("constraint|" + name + "|")
                    || line.startsWith("index|" + name + "_pkey|");
            case "index" -> line.startsWith("index|" + name + "|")
                    || line.contains("|-|" + name.substring(name.indexOf('.') + 1) + "|u|");
            case "statistics" -> line.startsWith("statistics|CREATE STATISTICS " + name + " ");
            case "function" -> line.startsWith("function|CREATE OR REPLACE FUNCTION " + function(object) + "(");
            default -> false;
        };
    }

    private static String function(String object) {
        return object.substring("function ".length(), (object + "(").indexOf('('));
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
