package io.walferry.tests.ddl;

import static io.walferry.tests.ddl.DdlCase.keyed;

import java.util.List;

/** Changes whose meaning is not in the object alone that they name: in its parts, its children, what uses it. */
final class MoreDdlCases {

    private MoreDdlCases() {}

    static final List<DdlCase> ALL = List.of(
            // A load of one would hide what is missing of the other, so each is a case of its own.
            partitioned(
                    "add columns with values of the moment to a partitioned table",
                    "ALTER TABLE {t}_p ADD COLUMN at timestamptz NOT NULL DEFAULT now()",
                    "ALTER TABLE {t}_p ADD COLUMN at2 timestamptz DEFAULT now()"),
            partitioned(
                    "add a column with random() to a partitioned table",
                    "ALTER TABLE {t}_p ADD COLUMN r float8 DEFAULT random()",
                    "ALTER TABLE {t}_p ADD COLUMN c int DEFAULT 5"),
            keyed(
                    "a default that is changed by the command that has given it",
                    "ALTER TABLE {t} ADD COLUMN c int DEFAULT 5, ALTER n TYPE bigint, ALTER c SET DEFAULT 6"),
            keyed(
                    "a value of the moment whose rows are written anew",
                    "ALTER TABLE {t} ADD COLUMN at timestamptz DEFAULT now(), ALTER n TYPE numeric"),
            keyed(
                            "functions that go with tables and columns",
                            "CREATE FUNCTION {t}_all() RETURNS SETOF {t}_x LANGUAGE sql AS 'SELECT NULL::{t}_x'",
                            "CREATE FUNCTION {t}_of({t}_x) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                            "ALTER TABLE {t} ADD COLUMN x {t}_x",
                            "DROP TABLE {t}_x CASCADE",
                            "CREATE FUNCTION {t}_late() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM {t}'",
                            "CREATE SCHEMA s_{t}_g CREATE TABLE a (id int PRIMARY KEY)",
                            "CREATE FUNCTION s_{t}_g.g(s_{t}_g.a) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                            "CREATE FUNCTION s_{t}_g.trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                            "CREATE TRIGGER tr BEFORE INSERT ON s_{t}_g.a FOR EACH ROW EXECUTE PROCEDURE s_{t}_g.trg()",
                            "CREATE FUNCTION s_{t}_g.d() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                            "ALTER TABLE s_{t}_g.a ADD COLUMN d int DEFAULT s_{t}_g.d()",
                            "DROP SCHEMA s_{t}_g CASCADE")
                    .after("CREATE TABLE {t}_x (id int PRIMARY KEY, v text)"),
            keyed(
                            "functions whose text is parsed",
                            "CREATE FUNCTION {t}_n() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum({t}.n) FROM {t}; END",
                            "ALTER TABLE {t} DROP COLUMN n CASCADE")
                    .from(14),
            keyed(
                            "rename the constraint of an index that was made anew",
                            "REINDEX TABLE CONCURRENTLY {t}",
                            "ALTER TABLE {t} RENAME CONSTRAINT {t}_pkey TO {t}_pk2")
                    .after("CREATE TABLE {t}_k (id int PRIMARY KEY, p int REFERENCES {t})")
                    .from(12),
            keyed(
                            "columns and constraints that children keep, or lose",
                            "ALTER TABLE {t}_up ADD COLUMN at timestamptz DEFAULT now()",
                            "ALTER TABLE {t}_up ADD COLUMN r float8 DEFAULT random()",
                            "ALTER TABLE {t}_up DROP COLUMN x",
                            "ALTER TABLE ONLY {t}_up DROP CONSTRAINT {t}_c")
                    .after(
                            "CREATE TABLE {t}_up (id int PRIMARY KEY, x int, CONSTRAINT {t}_c CHECK (id > -1000))",
                            "CREATE TABLE {t}_d1 (x int, PRIMARY KEY (id)) INHERITS ({t}_up)",
                            "CREATE TABLE {t}_d2 (PRIMARY KEY (id)) INHERITS ({t}_up)",
                            "INSERT INTO {t}_up SELECT i, i FROM generate_series(1, 20) i",
                            "INSERT INTO {t}_d1 SELECT i, i FROM generate_series(21, 40) i",
                            "INSERT INTO {t}_d2 SELECT i, i FROM generate_series(41, 60) i"));

    private static DdlCase partitioned(String name, String... ddl) {
        return keyed(name, ddl)
                .besidePartitions()
                .writing("INSERT INTO {t}_p VALUES (nextval('ids'), 'w')", "UPDATE {t}_p SET v = 'u{r}' WHERE id = {r}")
                .from(11);
    }
}
