package io.walferry.tests.ddl;

import static io.walferry.tests.ddl.DdlCase.keyed;
import static io.walferry.tests.ddl.DdlCase.keyless;

import java.util.List;

/** Every kind of change, and the idioms that are known to break tools. */
final class DdlCases {

    private DdlCases() {}

    static final List<DdlCase> ALL = List.of(
            keyed(
                    "drop a column and add one of the same name with another type",
                    "BEGIN; ALTER TABLE {t} DROP COLUMN v;" + " ALTER TABLE {t} ADD COLUMN v int DEFAULT 3; COMMIT"),
            keyed(
                    "swap two column names",
                    "BEGIN; ALTER TABLE {t} RENAME v TO x; ALTER TABLE {t} RENAME n TO v;"
                            + " ALTER TABLE {t} RENAME x TO n; COMMIT"),
            keyed("widen the key", "ALTER TABLE {t} ALTER id TYPE bigint"),
            keyed("make the key a text", "ALTER TABLE {t} ALTER id TYPE text USING 'k' || id"),
            keyed("add a column with a constant", "ALTER TABLE {t} ADD COLUMN c int NOT NULL DEFAULT 42"),
            keyed("add a column with now()", "ALTER TABLE {t} ADD COLUMN at timestamptz NOT NULL DEFAULT now()"),
            keyed("add a column with random()", "ALTER TABLE {t} ADD COLUMN r float8 NOT NULL DEFAULT random()"),
            keyed(
                    "add a column with nextval",
                    "CREATE SEQUENCE {t}_seq; ALTER TABLE {t} ADD COLUMN s bigint NOT NULL"
                            + " DEFAULT nextval('{t}_seq')"),
            keyed("change a type by an expression", "ALTER TABLE {t} ALTER v TYPE int USING length(v) + n"),
            keyless(
                    "add a key in flight",
                    "DELETE FROM {t} a USING {t} b WHERE a.id = b.id AND a.ctid < b.ctid;"
                            + " ALTER TABLE {t} ADD PRIMARY KEY (id)"),
            keyed("drop the key", "ALTER TABLE {t} REPLICA IDENTITY FULL", "ALTER TABLE {t} DROP CONSTRAINT {t}_pkey"),
            keyed("drop the key at once", "ALTER TABLE {t} DROP CONSTRAINT {t}_pkey"),
            keyed(
                            "swap two tables by their names",
                            "BEGIN; ALTER TABLE {t} RENAME TO {t}_x; ALTER TABLE {t}_b RENAME TO {t};"
                                    + " ALTER TABLE {t}_x RENAME TO {t}_b; COMMIT")
                    .after("CREATE TABLE {t}_b (id int PRIMARY KEY, v text, n int, more text DEFAULT 'm')")
                    .writing("INSERT INTO {t}_b (id) VALUES (nextval('ids'))"),
            keyed(
                            "create, fill and alter in one transaction",
                            "BEGIN; CREATE TABLE {t}_n (id int PRIMARY KEY, v text); INSERT INTO {t}_n SELECT i, 'v' FROM"
                                    + " generate_series(1, 50) i; ALTER TABLE {t}_n ADD COLUMN n int DEFAULT 5;"
                                    + " INSERT INTO {t}_n SELECT i, 'w', i FROM generate_series(51, 60) i; COMMIT")
                    .writing(
                            "INSERT INTO {t}_n (id) VALUES (nextval('ids'))",
                            "UPDATE {t}_n SET n = {r} WHERE id = {r} % 60"),
            keyed("rename the table", "ALTER TABLE {t} RENAME TO {t}_r")
                    .writing(
                            "INSERT INTO {t}_r (id) VALUES (nextval('ids'))", "UPDATE {t}_r SET n = {r} WHERE id < 20"),
            keyless(
                    "add and drop columns without a key",
                    "ALTER TABLE {t} ADD COLUMN a text DEFAULT 'x'",
                    "ALTER TABLE {t}" + " DROP COLUMN n",
                    "ALTER TABLE {t} ADD COLUMN n int"),
            keyed("drop the table", "DROP TABLE {t}"),
            keyed(
                    "rolled back",
                    "BEGIN; ALTER TABLE {t} ADD COLUMN c int; ALTER TABLE {t} DROP COLUMN v; ROLLBACK",
                    "BEGIN; SAVEPOINT a; ALTER TABLE {t} DROP COLUMN v; ROLLBACK TO a; ALTER TABLE {t} ADD COLUMN d int;"
                            + " COMMIT"),
            keyed(
                            "create as select",
                            "CREATE TABLE {t}_as AS SELECT * FROM {t}; ALTER TABLE {t}_as REPLICA IDENTITY FULL")
                    .writing(
                            "INSERT INTO {t}_as (id) VALUES (nextval('ids'))",
                            "DELETE FROM {t}_as WHERE id = {r} % 200"),
            keyed(
                    "indexes and constraints",
                    "CREATE INDEX {t}_v ON {t} (v)",
                    "CREATE INDEX CONCURRENTLY {t}_n ON {t} (n)",
                    "ALTER TABLE {t} ADD CONSTRAINT {t}_c CHECK (n < 100000000) NOT VALID",
                    "ALTER TABLE {t} VALIDATE CONSTRAINT {t}_c",
                    "ALTER TABLE {t} RENAME CONSTRAINT {t}_c TO {t}_d",
                    "DROP INDEX {t}_v"),
            keyed(
                            "attach a filled partition",
                            "ALTER TABLE {t}_p ATTACH PARTITION {t}_2 FOR VALUES FROM (1000) TO (100000000)")
                    .after(
                            "CREATE TABLE {t}_p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                            "CREATE TABLE {t}_1 PARTITION OF {t}_p FOR VALUES FROM (0) TO (1000)",
                            "INSERT INTO {t}_p SELECT i, 'p' FROM generate_series(1, 100) i",
                            "CREATE TABLE {t}_2 (id int PRIMARY KEY, v text)",
                            "INSERT INTO {t}_2 SELECT i, 'q' FROM generate_series(2000, 2100) i")
                    .writing(
                            "INSERT INTO {t}_p VALUES (nextval('ids'), 'w')",
                            "UPDATE {t}_p SET v = 'u{r}' WHERE id = 2000 + {r} % 100")
                    .from(13),
            keyed("add a generated column", "ALTER TABLE {t} ADD COLUMN g int GENERATED ALWAYS AS (n * 2) STORED")
                    .from(12),
            keyed("add an identity column", "ALTER TABLE {t} ADD COLUMN i bigint GENERATED ALWAYS AS IDENTITY"),
            keyed("select into", "SELECT * INTO {t}_into FROM {t}; ALTER TABLE {t}_into REPLICA IDENTITY FULL")
                    .writing("INSERT INTO {t}_into (id) VALUES (nextval('ids'))"),
            keyed("truncate", "TRUNCATE {t}").from(11),
            keyed(
                    "not null and default",
                    "ALTER TABLE {t} ALTER n SET DEFAULT 9",
                    "UPDATE {t} SET n = 1 WHERE n IS NULL",
                    "ALTER TABLE {t} ALTER n SET NOT NULL",
                    "ALTER TABLE {t} ALTER n DROP NOT NULL",
                    "ALTER TABLE {t} ALTER n DROP DEFAULT"),
            keyed("move to another schema", "ALTER TABLE {t} SET SCHEMA s_more")
                    .writing("INSERT INTO s_more.{t} (id) VALUES (nextval('ids'))"),
            keyed(
                    "a schema of its own",
                    "CREATE SCHEMA s_{t}",
                    "CREATE TABLE s_{t}.x (id int PRIMARY KEY)",
                    "INSERT INTO s_{t}.x VALUES (1)",
                    "ALTER TABLE s_{t}.x ADD COLUMN y int",
                    "INSERT INTO s_{t}.x VALUES (2, 3)"),
            keyed(
                    "an enum",
                    "CREATE TYPE {t}_e AS ENUM ('a', 'b')",
                    "ALTER TABLE {t} ADD COLUMN e {t}_e DEFAULT 'a'",
                    "ALTER TYPE {t}_e ADD VALUE 'c'",
                    "UPDATE {t} SET e = 'c' WHERE id < 50",
                    "ALTER TYPE {t}_e RENAME VALUE 'a' TO 'z'"),
            keyed(
                    "a domain",
                    "CREATE DOMAIN {t}_d AS int CHECK (VALUE > -1000)",
                    "ALTER TABLE {t} ADD COLUMN d {t}_d",
                    "ALTER DOMAIN {t}_d SET DEFAULT 4",
                    "ALTER DOMAIN {t}_d ADD CONSTRAINT {t}_low CHECK (VALUE < 1000) NOT VALID",
                    "ALTER DOMAIN {t}_d VALIDATE CONSTRAINT {t}_low",
                    "ALTER DOMAIN {t}_d DROP CONSTRAINT {t}_low"),
            keyed(
                    "a composite type",
                    "CREATE TYPE {t}_c AS (a int, b text)",
                    "ALTER TABLE {t} ADD COLUMN c {t}_c",
                    "UPDATE {t} SET c = (1, 'x') WHERE id < 50",
                    "CREATE TYPE {t}_free AS (a int)",
                    "ALTER TYPE {t}_free ADD ATTRIBUTE b text",
                    "ALTER TYPE {t}_free RENAME ATTRIBUTE a TO z"),
            keyed(
                    "views",
                    "CREATE VIEW {t}_v AS SELECT id, v FROM {t}",
                    "CREATE OR REPLACE VIEW {t}_v AS SELECT id, v, n" + " FROM {t}",
                    "CREATE MATERIALIZED VIEW {t}_m AS SELECT count(*) AS c FROM {t}",
                    "DROP VIEW {t}_v",
                    "CREATE VIEW {t}_w AS SELECT n FROM {t}"),
            keyed(
                    "functions and triggers",
                    "CREATE FUNCTION {t}_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := 5; RETURN NEW; END'",
                    "CREATE TRIGGER {t}_g BEFORE INSERT ON {t} FOR EACH ROW EXECUTE PROCEDURE {t}_f()",
                    "CREATE OR REPLACE FUNCTION {t}_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := 6; RETURN NEW; END'",
                    "ALTER TABLE {t} DISABLE TRIGGER {t}_g",
                    "DROP TRIGGER {t}_g ON {t}"),
            keyed(
                            "a procedure and a rule",
                            "CREATE PROCEDURE {t}_p() LANGUAGE sql AS 'SELECT 1'",
                            "CREATE RULE {t}_r AS ON INSERT TO {t} WHERE NEW.id = -5 DO ALSO NOTHING",
                            "DROP RULE {t}_r ON {t}",
                            "DROP PROCEDURE {t}_p()")
                    .from(11),
            keyed(
                    "a sequence",
                    "CREATE SEQUENCE {t}_s",
                    "ALTER SEQUENCE {t}_s INCREMENT 5 MAXVALUE 5000",
                    "ALTER SEQUENCE {t}_s RENAME TO {t}_z"),
            keyed(
                    "storage options and replica identity",
                    "ALTER TABLE {t} SET (fillfactor = 70)",
                    "ALTER TABLE {t} REPLICA IDENTITY FULL",
                    "ALTER TABLE {t} REPLICA IDENTITY DEFAULT",
                    "ALTER TABLE {t} RESET (fillfactor)"),
            keyed("inherit", "ALTER TABLE {t} INHERIT {t}_up", "ALTER TABLE {t} NO INHERIT {t}_up")
                    .after("CREATE TABLE {t}_up (id int PRIMARY KEY, v text)"),
            keyed("comments", "COMMENT ON TABLE {t} IS 'one'", "COMMENT ON COLUMN {t}.v IS 'two'"),
            keyed("foreign keys", "ALTER TABLE {t}_k ADD FOREIGN KEY (p) REFERENCES {t}_q NOT VALID")
                    .after(
                            "CREATE TABLE {t}_q (id int PRIMARY KEY)",
                            "INSERT INTO {t}_q SELECT generate_series(1, 50)",
                            "CREATE TABLE {t}_k (id int PRIMARY KEY, p int)")
                    .writing("INSERT INTO {t}_k VALUES (nextval('ids'), 1 + {r} % 50)"),
            keyed(
                    "inside a function",
                    "DO $$ BEGIN EXECUTE 'ALTER TABLE {t} ADD COLUMN f int DEFAULT 1';"
                            + " UPDATE {t} SET f = 2 WHERE id < 100; ALTER TABLE {t} RENAME f TO g; END $$"),
            keyed(
                    "as a replica",
                    "SET session_replication_role = replica; ALTER TABLE {t} ADD COLUMN c int DEFAULT 8;"
                            + " RESET session_replication_role"));
}
