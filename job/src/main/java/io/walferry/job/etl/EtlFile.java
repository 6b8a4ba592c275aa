package io.walferry.job.etl;

import io.walferry.job.config.EtlConfig;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelect;
import org.apache.flink.sql.parser.ddl.SqlCreateFunction;
import org.apache.flink.sql.parser.ddl.SqlCreateTable;
import org.apache.flink.sql.parser.ddl.SqlTableOption;
import org.apache.flink.sql.parser.dml.RichSqlInsert;

/**
 * The statements of a task's ETL file: functions and look-up tables, then what makes the rows of each table.
 *
 * @param preparation {@code CREATE FUNCTION} and {@code CREATE TABLE}, as they stand
 * @param inserts by source table
 * @param jars with the user's functions
 */
public record EtlFile(List<String> preparation, Map<TableId, Insert> inserts, List<String> jars) {

    public EtlFile {
        preparation = List.copyOf(preparation);
        jars = List.copyOf(jars);
    }

    /**
     * What makes a table's rows.
     *
     * @param select the query
     */
    public record Insert(TableId target, String select) {}

    /** @throws io.walferry.job.failure.SyncException if a statement is not one of these */
    public static EtlFile read(EtlConfig config) {
        List<String> preparation = new ArrayList<>();
        Map<TableId, Insert> inserts = new LinkedHashMap<>();
        if (!config.file().isEmpty()) {
            for (SqlNode statement : SqlText.parseStatements(config.sql().reveal(), config.file())) {
                if (statement instanceof SqlCreateFunction) {
                    preparation.add(SqlText.of(statement));
                } else if (statement instanceof SqlCreateTable table) {
                    requireLookup(table, config.file());
                    preparation.add(SqlText.of(statement));
                } else if (statement instanceof RichSqlInsert insert) {
                    add(insert, inserts, config.file());
                } else {
                    throw StatementReader.refused(
                            config.file(),
                            statement.getKind()
                                    + " is none of CREATE FUNCTION, CREATE TABLE for a look-up, and INSERT INTO",
                            "Leave it out");
                }
            }
        }
        return new EtlFile(preparation, inserts, config.jars());
    }

    private static void requireLookup(SqlCreateTable table, String where) {
        String connector = "";
        for (SqlNode node : table.getPropertyList()) {
            SqlTableOption option = (SqlTableOption) node;
            if (option.getKeyString().equals("connector")) {
                connector = option.getValueString();
            }
        }
        if (!connector.equals("jdbc")) {
            throw StatementReader.refused(
                    where,
                    "table " + SqlText.of(table.getTableName()) + " has the connector '" + connector + "'",
                    "Rows are looked up with 'connector' = 'jdbc'; source and target tables need no CREATE TABLE");
        }
    }

    private static void add(RichSqlInsert insert, Map<TableId, Insert> inserts, String where) {
        SqlIdentifier name = SqlText.tableName(insert.getTargetTable())
                .filter(found -> found.names.size() == 2)
                .orElseThrow(() -> StatementReader.refused(
                        where,
                        "INSERT INTO " + SqlText.of(insert.getTargetTable()) + " names no schema and table",
                        "Write INSERT INTO schema.table"));
        if (insert.getTargetColumnList() != null
                && !insert.getTargetColumnList().isEmpty()) {
            throw StatementReader.refused(
                    where,
                    "INSERT INTO " + SqlText.of(name) + " lists columns",
                    "Leave the list out; the names in the SELECT are those of the target's columns (… AS name)");
        }
        if (insert.isOverwrite() || !insert.getStaticPartitions().isEmpty()) {
            throw StatementReader.refused(
                    where, "INSERT INTO " + SqlText.of(name) + " is OVERWRITE or has a PARTITION", "Leave that out");
        }
        TableId source = StatementReader.source(insert.getSource(), "INSERT INTO " + SqlText.of(name));
        Insert made = new Insert(
                new TableId(name.names.get(0), name.names.get(1)), SqlText.of((SqlSelect) insert.getSource()));
        if (inserts.put(source, made) != null) {
            throw StatementReader.refused(
                    where, "two statements read " + source, "A table arrives once: leave one of them out");
        }
    }
}
