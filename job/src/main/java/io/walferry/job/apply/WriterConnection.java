package io.walferry.job.apply;

import io.walferry.job.dialect.TransactionMark;
import java.sql.Connection;

/**
 * A connection for writing rows.
 *
 * @param connection not in autocommit mode
 * @param mark begins each of its transactions
 */
record WriterConnection(Connection connection, TransactionMark mark) {}
