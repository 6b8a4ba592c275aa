-- Where orders find their customer's segment. Rows are looked up one by one when an order passes.
CREATE TABLE segments (
  id BIGINT,
  segment STRING,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${LOOKUP_URL:-jdbc:postgresql://lookup.example.com:5432/crm}',
  'table-name' = 'crm.segments',
  'username' = '${LOOKUP_USER:-walferry}',
  'password' = '${LOOKUP_PASSWORD:-}',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.max-rows' = '10000',
  'lookup.partial-cache.expire-after-write' = '1 min'
);

-- Personal data arrives masked; the rest as it is. A column that is not named does not arrive.
INSERT INTO shop.customers
SELECT id, MASK_KEEP(name, 1, 0) AS name, MASK_EMAIL(email) AS email, MASK_PHONE(phone) AS phone, city
FROM shop.customers;

-- The key stays as it is, under any name; what is computed gets a column of a fitting type.
INSERT INTO shop.orders
SELECT o.id, o.customer, o.total, o.status, o.total * 0.19 AS tax, s.segment
FROM shop.orders AS o
LEFT JOIN segments FOR SYSTEM_TIME AS OF PROCTIME() AS s ON s.id = o.customer
WHERE o.status <> 'draft';
