ALTER TABLE bench.orders ADD PRIMARY KEY (order_id);
CREATE INDEX orders_customer ON bench.orders (customer_id);
ALTER TABLE bench.accounts ADD PRIMARY KEY (aid);
ALTER TABLE bench.tellers ADD PRIMARY KEY (tid);
ALTER TABLE bench.branches ADD PRIMARY KEY (bid);
ALTER TABLE bench.beat ADD PRIMARY KEY (id);
