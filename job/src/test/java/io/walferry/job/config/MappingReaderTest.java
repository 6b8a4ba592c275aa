package io.walferry.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.TableId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingReaderTest {

    private static final String GOOD =
            """
            task: orders
            source: {hostname: a, database: shop, username: reader, password: ""}
            target: {hostname: b, database: shop, username: writer, password: ""}
            objects: {schemas: [shop]}
            """;

    @TempDir
    Path directory;

    @Test
    void readsRules() throws IOException {
        TaskConfig config = load(
                """
                operations: [insert]
                on-existing: proceed
                phases: {load: false}
                mapping:
                  - from: branch_(.*).t_(.*)
                    to: '"All $1".$2'
                    constant: {column: n, type: text, value: $1}
                  - table: shop."O.r"
                    columns: {rename: {"A b": c}, leave-out: [d]}
                    operations: [update, truncate]
                    on-existing: truncate
                """);
        assertThat(config.phases()).isEqualTo(new PhasesConfig(true, false));
        assertThat(config.mapping().operations()).isEqualTo(Set.of(Operation.INSERT));
        assertThat(config.mapping().onExisting()).isEqualTo(OnExisting.PROCEED);
        MappingRule pattern = config.mapping().rules().get(0);
        TableId table = new TableId("branch_rome", "t_x");
        assertThat(pattern.target(table)).isEqualTo(new TableId("All rome", "x"));
        assertThat(pattern.constant(table)).contains(new MappingRule.Constant("n", "pg_catalog.text", "rome"));
        assertThat(pattern.matches(new TableId("branch", "t_x"))).isFalse();
        MappingRule name = config.mapping().rules().get(1);
        assertThat(name.matches(new TableId("shop", "O.r"))).isTrue();
        assertThat(name.rename()).isEqualTo(Map.of("A b", "c"));
        assertThat(name.leaveOut()).isEqualTo(List.of("d"));
        assertThat(name.operations()).isEqualTo(Set.of(Operation.UPDATE, Operation.TRUNCATE));
        assertThat(name.target(new TableId("shop", "O.r"))).isEqualTo(new TableId("shop", "O.r"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{from: a.b, table: a.b}|mapping[1] needs either from, a pattern, or table, a name",
                "{to: a.b}|mapping[1] needs either from, a pattern, or table, a name",
                "{table: a.(.*)}|mapping[1].table is no table",
                "{from: (.*)}|mapping[1].from is no pattern",
                "{from: a.(.*)(.*)}|mapping[1].from is no pattern",
                "{from: A.b}|mapping[1].from is no pattern",
                "{from: a.(.*), to: b.$2}|mapping[1].to names group $2, and the pattern has 1",
                "{table: a.b, to: b}|mapping[1].to is no table",
                "{table: a.b, columns: {rename: {x: y}, leave-out: [x]}}|mapping[1].columns.leave-out has x, which is renamed",
                "{table: a.b, constant: {column: c, type: money, value: 1}}|mapping[1].constant.type is none of bigint, date",
                "{table: a.b, constant: {column: c, type: integer, value: x}}|mapping[1].constant.value is no integer",
                "{table: a.b, operations: [insert, ddl]}|mapping[1].operations has ddl: write some of insert, update",
                "{table: a.b, on-existing: drop}|mapping[1].on-existing is none of report, proceed, truncate",
                "{table: a.b, colums: {}}|mapping[1].colums is unknown: did you mean columns?",
                "a.b|mapping[1] is a single value: put keys behind the -",
            })
    void refusesABadRule(String rule, String problem) {
        TaskFileException failure =
                catchThrowableOfType(TaskFileException.class, () -> load("mapping:\n  - " + rule + "\n"));
        assertThat(failure.problems()).anySatisfy(told -> assertThat(told).startsWith("line 6: " + problem));
    }

    private TaskConfig load(String more) throws IOException {
        return TaskFile.load(Files.writeString(directory.resolve("task.yaml"), GOOD + more), name -> "/home");
    }
}
