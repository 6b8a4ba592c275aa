package io.walferry.job.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.config.EtlConfig;
import io.walferry.job.config.Secret;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtlFileTest {

    private static EtlFile read(String sql) {
        return EtlFile.read(new EtlConfig("etl.sql", new Secret(sql), List.of(), 0));
    }

    @Test
    void readsFunctionsLookUpsAndWhatMakesEachTable() {
        EtlFile file = read("CREATE FUNCTION F AS 'a.F'; CREATE TABLE t (id INT) WITH ('connector' = 'jdbc');"
                + " INSERT INTO c.d SELECT id FROM a.b");
        assertThat(file.preparation()).hasSize(2);
        assertThat(file.inserts()).containsOnlyKeys(new TableId("a", "b"));
        assertThat(file.inserts().get(new TableId("a", "b")).target()).isEqualTo(new TableId("c", "d"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT id FROM a.b                                      | is none of CREATE FUNCTION, CREATE TABLE for a look-up",
                "CREATE TABLE t (id INT) WITH ('connector' = 'kafka')    | table `t` has the connector 'kafka'",
                "CREATE TABLE t (id INT)                                 | table `t` has the connector ''",
                "INSERT INTO d SELECT id FROM a.b                        | INSERT INTO `d` names no schema and table",
                "INSERT INTO c.d (id) SELECT id FROM a.b                 | INSERT INTO `c`.`d` lists columns",
                "INSERT OVERWRITE c.d SELECT id FROM a.b                 | is OVERWRITE or has a PARTITION",
                "INSERT INTO c.d SELECT id FROM a.b; INSERT INTO c.e SELECT id FROM a.b | two statements read a.b",
                "INSERT INTO c.d VALUES (1)                              | INSERT INTO `c`.`d`: VALUES has no source table",
                "INSERT INTO c.d SELEC id FROM a.b                       | etl.sql: Non-query expression encountered",
            })
    void refusesWhatIsNoSuchStatement(String sql, String reason) {
        assertThatThrownBy(() -> read(sql)).isInstanceOf(SyncException.class).hasMessageContaining(reason);
    }
}
