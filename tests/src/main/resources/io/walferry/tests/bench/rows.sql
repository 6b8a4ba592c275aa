-- :orders and :scale are replaced; a scale is 100,000 accounts.
INSERT INTO bench.orders
SELECT i, i * 7919 % 100003, (ARRAY['new', 'paid', 'packed', 'shipped', 'returned'])[1 + i % 5], (i % 1000000) / 100.0,
       CASE WHEN i % 3 > 0 THEN i / 7.0 END, 1 + i % 9, i % 2 = 0,
       timestamptz '2025-01-01 00:00+00' + make_interval(secs => i), CASE WHEN i % 4 > 0 THEN date '2025-01-01' + (i % 900)::int END,
       md5(i::text)::uuid, jsonb_build_object('colour', i % 10, 'size', 'L', 'ok', true), ARRAY['a' || i % 10, 'b'],
       'a note of some length for order ' || i, decode(md5(i::text), 'hex')
  FROM generate_series(1::bigint, :orders) i;
ALTER TABLE bench.orders REPLICA IDENTITY FULL;

INSERT INTO bench.accounts SELECT i, 1 + (i - 1) / 100000, 0, '' FROM generate_series(1, :scale * 100000) i;
INSERT INTO bench.tellers SELECT i, 1 + (i - 1) / 10, 0, NULL FROM generate_series(1, :scale * 10) i;
INSERT INTO bench.branches SELECT i, 0, NULL FROM generate_series(1, :scale) i;
ALTER TABLE bench.history REPLICA IDENTITY FULL;
INSERT INTO bench.beat SELECT i, 0 FROM generate_series(0, 63) i;

-- Outside the replicated schema. One call makes many transactions, so that no client has to keep up.
CREATE SCHEMA tools;
CREATE PROCEDURE tools.tpcb(transactions integer, scale integer) LANGUAGE plpgsql AS $$
DECLARE
  a integer; b integer; t integer; d integer;
BEGIN
  FOR n IN 1 .. transactions LOOP
    a := 1 + floor(random() * scale * 100000); b := 1 + floor(random() * scale); t := 1 + floor(random() * scale * 10);
    d := floor(random() * 10000) - 5000;
    UPDATE bench.accounts SET abalance = abalance + d WHERE aid = a;
    UPDATE bench.tellers SET tbalance = tbalance + d WHERE tid = t;
    UPDATE bench.branches SET bbalance = bbalance + d WHERE bid = b;
    INSERT INTO bench.history (tid, bid, aid, delta, mtime) VALUES (t, b, a, d, clock_timestamp());
    COMMIT;
  END LOOP;
END $$;

-- One transaction of 1,000 changes: 250 orders come, 500 scattered ones change, the 250 oldest go.
CREATE PROCEDURE tools.change_orders(transactions integer) LANGUAGE plpgsql AS $$
DECLARE
  low bigint; high bigint;
BEGIN
  SELECT min(order_id), max(order_id) INTO low, high FROM bench.orders;
  FOR n IN 1 .. transactions LOOP
    INSERT INTO bench.orders
    SELECT i, i * 7919 % 100003, 'new', (i % 1000000) / 100.0, i / 7.0, 1, true, timestamptz '2026-01-01 00:00+00' + make_interval(secs => i),
           NULL, md5(i::text)::uuid, '{"colour": 1, "size": "M", "ok": false}', ARRAY['a', 'b'],
           'a note of some length for new order ' || i, decode(md5(i::text), 'hex')
      FROM generate_series(high + 1, high + 250) i;
    -- Distinct ids: a random start, and steps through the whole range.
    UPDATE bench.orders SET status = 'changed', amount = amount + 1, placed_at = clock_timestamp()
     WHERE order_id IN (SELECT low + 250 + (s + i * ((high - low - 250) / 500)) % (high - low - 250)
                          FROM generate_series(1, 500) i, (SELECT floor(random() * (high - low))::bigint) r(s));
    DELETE FROM bench.orders WHERE order_id < low + 250;
    low := low + 250;
    high := high + 250;
    COMMIT;
  END LOOP;
END $$;

ANALYZE;
