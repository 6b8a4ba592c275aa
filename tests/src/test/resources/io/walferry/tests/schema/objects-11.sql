-- What came with version 11.
CREATE PROCEDURE app.clean(INOUT n int, minimum numeric DEFAULT 1) LANGUAGE plpgsql AS $$ BEGIN n := n + 1; END $$;
COMMENT ON PROCEDURE app.clean(int, numeric) IS 'cleans';
CREATE TABLE app.measured (id int, day date, customer int REFERENCES app.customer, v numeric, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE app.measured_1 PARTITION OF app.measured FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE "Mixed Case"."Measured 2" PARTITION OF app.measured DEFAULT;
ALTER TABLE "Mixed Case"."Measured 2" ADD CONSTRAINT own FOREIGN KEY (id) REFERENCES app."Order";
CREATE TRIGGER each AFTER INSERT ON app.measured FOR EACH ROW EXECUTE PROCEDURE app.stamp();
CREATE TRIGGER own AFTER INSERT ON app.measured_1 FOR EACH ROW EXECUTE PROCEDURE app.stamp();
COMMENT ON TABLE app.measured_1 IS 'the year';
