CREATE SCHEMA bench;

CREATE TABLE bench.orders (
  order_id bigint NOT NULL,
  customer_id bigint NOT NULL,
  status text NOT NULL,
  amount numeric(12, 2) NOT NULL,
  discount double precision,
  quantity integer NOT NULL,
  gift boolean NOT NULL,
  placed_at timestamptz NOT NULL,
  ship_on date,
  token uuid NOT NULL,
  attributes jsonb,
  tags text[],
  note text,
  raw bytea
);

-- The four tables of pgbench, and the names of their columns.
CREATE TABLE bench.accounts (aid integer NOT NULL, bid integer, abalance integer, filler char(84));
CREATE TABLE bench.tellers (tid integer NOT NULL, bid integer, tbalance integer, filler char(84));
CREATE TABLE bench.branches (bid integer NOT NULL, bbalance integer, filler char(88));
CREATE TABLE bench.history (tid integer, bid integer, aid integer, delta integer, mtime timestamp, filler char(22));

-- Written by the last transaction of a backlog, and by every one while latency is measured: whoever sees its value at the
-- target knows how far the target is. Enough rows that every writer of a contender has some of them.
CREATE TABLE bench.beat (id integer NOT NULL, seq bigint NOT NULL);
