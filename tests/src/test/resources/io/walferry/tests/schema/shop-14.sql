-- Structure that came with versions 12 to 14.
CREATE COLLATION shop.ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE shop.generated (
  id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED, t text COMPRESSION pglz, m int4multirange, jp jsonpath, x xid8);
CREATE INDEX ON shop.generated USING brin (a int4_minmax_multi_ops);
CREATE INDEX ON shop.generated USING gist (id) INCLUDE (a);
CREATE TABLE shop.generated_child (z int) INHERITS (shop.generated);
ALTER TABLE shop.generated_child REPLICA IDENTITY FULL;
CREATE TABLE shop.ignoring_case (k text COLLATE shop.ignore_case PRIMARY KEY);
CREATE FUNCTION shop.with_body(i int) RETURNS int IMMUTABLE RETURN i + 1;
CREATE TABLE shop.body_user (i int PRIMARY KEY DEFAULT shop.with_body(4), s numeric DEFAULT extract(epoch FROM now()));
CREATE TABLE shop.made (id int, v int GENERATED ALWAYS AS (id + 1) STORED) PARTITION BY RANGE (id);
CREATE TABLE shop.made_1 PARTITION OF shop.made FOR VALUES FROM (1) TO (100);
ALTER TABLE shop.made REPLICA IDENTITY FULL;
ALTER TABLE shop.made_1 REPLICA IDENTITY FULL;
