package io.walferry.job.schema;

import static io.walferry.job.schema.Fixtures.column;
import static io.walferry.job.schema.Fixtures.constraint;
import static io.walferry.job.schema.Fixtures.id;
import static io.walferry.job.schema.Fixtures.index;
import static io.walferry.job.schema.Fixtures.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceIndex.IndexConstraint;
import io.walferry.job.catalog.SourceObject.Table;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IndexStepsTest {

    private static List<String> steps(List<Table> tables) {
        List<SourceIndex> indexes =
                tables.stream().flatMap(table -> table.indexes().stream()).toList();
        return new IndexSteps(tables)
                .of(id("t"), indexes).stream()
                        .map(step -> step.stage() + " " + String.join("; ", step.statements()))
                        .toList();
    }

    @Test
    void buildsAConstraintsIndexBesideTheOthersAndTakesItOver() {
        assertThat(steps(List.of(table(
                        "t",
                        1,
                        List.of(column("id", "pg_catalog.int4")),
                        constraint("t_pkey", 10, 1, 0, false, 'p', "PRIMARY KEY (id)"),
                        index("t_a", 11, 1, 0, false, "CREATE INDEX t_a ON shop.t (a)")))))
                .containsExactly(
                        "0 CREATE UNIQUE INDEX t_pkey",
                        "0 CREATE INDEX t_a ON shop.t (a)",
                        "1 ALTER TABLE ONLY \"shop\".\"t\" ADD CONSTRAINT \"t_pkey\" PRIMARY KEY USING INDEX \"t_pkey\"");
    }

    @Test
    void keepsWhenAConstraintIsChecked() {
        assertThat(steps(List.of(table(
                        "t",
                        1,
                        List.of(),
                        index(
                                "u",
                                10,
                                1,
                                0,
                                false,
                                false,
                                "CREATE UNIQUE INDEX u",
                                Optional.of(new IndexConstraint("u", 'u', "UNIQUE (a) DEFERRABLE", true, true)))))))
                .contains("1 ALTER TABLE ONLY \"shop\".\"t\" ADD CONSTRAINT \"u\" UNIQUE USING INDEX \"u\" DEFERRABLE"
                        + " INITIALLY DEFERRED");
    }

    @Test
    void addsAnExclusionConstraintAtOnce() {
        assertThat(steps(List.of(table(
                        "t", 1, List.of(), constraint("x", 10, 1, 0, false, 'x', "EXCLUDE USING gist (r WITH &&)")))))
                .containsExactly(
                        "1 ALTER TABLE ONLY \"shop\".\"t\" ADD CONSTRAINT \"x\" EXCLUDE USING gist (r WITH &&)");
    }

    @Test
    void attachesThePartitionsIndexesWhenTheyAreBuilt() {
        Table root = table(
                "t",
                1,
                List.of(),
                constraint("t_pkey", 10, 1, 0, true, 'p', "PRIMARY KEY (id)"),
                index("t_v", 11, 1, 0, true, "CREATE INDEX t_v ON ONLY shop.t (v)"));
        Table leaf = table(
                "p",
                2,
                List.of(),
                constraint("p_pkey", 20, 2, 10, false, 'p', "PRIMARY KEY (id)"),
                index("p_v", 21, 2, 11, false, "CREATE INDEX p_v ON shop.p (v)"));
        assertThat(steps(List.of(root, leaf)))
                .containsExactly(
                        "0 CREATE UNIQUE INDEX p_pkey",
                        "0 CREATE INDEX p_v ON shop.p (v)",
                        "1 ALTER TABLE ONLY \"shop\".\"p\" ADD CONSTRAINT \"p_pkey\" PRIMARY KEY USING INDEX \"p_pkey\"",
                        "2 ALTER TABLE ONLY \"shop\".\"t\" ADD CONSTRAINT \"t_pkey\" PRIMARY KEY (id)",
                        "3 CREATE INDEX t_v ON ONLY shop.t (v)",
                        "4 ALTER INDEX \"shop\".\"t_pkey\" ATTACH PARTITION \"shop\".\"p_pkey\"",
                        "5 ALTER INDEX \"shop\".\"t_v\" ATTACH PARTITION \"shop\".\"p_v\"");
    }
}
