-- What came with versions 15 to 18.
CREATE VIEW app.as_reader WITH (security_invoker) AS SELECT id FROM app.customer;
CREATE VIEW app.on_reader AS SELECT id FROM app.as_reader;
CREATE TABLE app.pairs (id int PRIMARY KEY, a int, b int, UNIQUE NULLS NOT DISTINCT (b),
  FOREIGN KEY (a, b) REFERENCES "Mixed Case"."Line" ON DELETE SET NULL (b));
CREATE TABLE app.doubled (id int PRIMARY KEY, d int GENERATED ALWAYS AS (id * 2) VIRTUAL);
CREATE TABLE app.trusting (id int PRIMARY KEY, c int, FOREIGN KEY (c) REFERENCES app.customer NOT ENFORCED);
