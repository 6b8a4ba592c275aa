-- What came with versions 12 to 14.
CREATE TABLE app.readings (id int PRIMARY KEY, m int, day date, t text COMPRESSION pglz, FOREIGN KEY (m, day) REFERENCES app.measured);
CREATE STATISTICS app.readings_stats (mcv) ON m, day FROM app.readings;
ALTER STATISTICS app.readings_stats SET STATISTICS 42;
CREATE STATISTICS app.readings_expression ON (m + 1), day FROM app.readings;
CREATE TRIGGER before_each BEFORE INSERT ON app.measured FOR EACH ROW EXECUTE FUNCTION app.insert_customer();
-- Last: the driver does not see where such a body ends.
CREATE FUNCTION app.whole_body(i int) RETURNS bigint STABLE BEGIN ATOMIC SELECT count(*) FROM app.readings r WHERE r.m = i; END
