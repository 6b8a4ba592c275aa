package io.walferry.job.etl;

import io.walferry.job.etl.RowStatement.Lookup;
import io.walferry.job.etl.RowStatement.Output;
import io.walferry.job.model.StreamElement;
import io.walferry.job.model.StreamTable;
import io.walferry.udf.Library;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.types.Row;

/**
 * Puts statements into a job. A statement is rewritten before it is planned: its condition becomes a column, its look-ups keep
 * rows that find nothing, and each row has its original with it, so that one row comes out for each that goes in.
 */
public final class SqlLanes {

    private static final String RIDE = "__walferry_ride";
    private static final String LIVE = "__walferry_live";
    private static final String NUMBER = "__walferry_number";
    private static final String TIME = "__walferry_time";

    private final StreamExecutionEnvironment environment;
    private final StreamTableEnvironment tables;
    private final TypeInformation<StreamElement> elementType;
    private final RideType rideType;
    private final int writers;
    private final String task;
    private int lanes;

    /**
     * @param file with functions and look-up tables
     * @param elementType of what travels
     * @param writers of each lane
     * @param task the task's name
     */
    public SqlLanes(
            StreamExecutionEnvironment environment,
            EtlFile file,
            TypeInformation<StreamElement> elementType,
            int writers,
            String task) {
        this.task = task;
        this.environment = environment;
        this.elementType = elementType;
        this.rideType = new RideType(
                elementType.createSerializer(environment.getConfig().getSerializerConfig()));
        this.writers = writers;
        this.tables = StreamTableEnvironment.create(
                environment,
                EnvironmentSettings.newInstance()
                        .inStreamingMode()
                        .withClassLoader(UserJars.add(file.jars(), environment))
                        .build());
        tables.getConfig().set("table.local-time-zone", "UTC");
        tables.getConfig().set("table.exec.resource.default-parallelism", String.valueOf(writers));
        Library.functions().forEach(tables::createTemporarySystemFunction);
        for (String statement : file.preparation()) {
            try {
                tables.executeSql(statement);
            } catch (ValidationException e) {
                throw StatementReader.refused("ETL file", PlannerMessage.of(e), "Correct the statement");
            }
        }
    }

    /**
     * The lane's elements as they are after the statement, for writers that count from 0.
     *
     * @param in the lane's elements, each on the subtask of its writer
     * @param target the table as the writers know it
     * @param name of the lane
     */
    public DataStream<StreamElement> add(
            LaneTable lane, StreamTable target, DataStream<StreamElement> in, String name) {
        return add(lane, target, in, name, null);
    }

    /** @param letters what is known of rows that failed; {@code null}: a bad row stops the task */
    public DataStream<StreamElement> add(
            LaneTable lane, StreamTable target, DataStream<StreamElement> in, String name, DeadLetterRecords letters) {
        RowTypeInfo rowType = rowType(lane);
        // The plan of a lane is complete only when its statement has types, so the rows are typed by a stream of their
        // own.
        LanePlan plan = lane.plan(target, results(lane), task, letters != null);
        DataStream<Row> rows = in.process(new RowFeeder(plan))
                .returns(rowType)
                .name("Rows of " + lane.table().id())
                .uid("rows-" + name)
                .setParallelism(writers);
        return tables.toDataStream(query(lane, rows))
                .process(new RowJudge(plan, writers, letters))
                .returns(elementType)
                .name("Changes of " + lane.table().id())
                .uid("changes-" + name)
                .setParallelism(writers);
    }

    /**
     * The types that the target's columns need for what the statement computes.
     *
     * @throws io.walferry.job.failure.SyncException if the statement is wrong
     */
    public List<ComputedColumn> computed(LaneTable lane) {
        List<ComputedColumn> computed = new ArrayList<>();
        for (Column column : types(lane)) {
            computed.add(new ComputedColumn(
                    column.getName(), ResultType.columnType(column.getDataType().getLogicalType())));
        }
        return computed;
    }

    /**
     * A column that the statement makes.
     *
     * @param type SQL text of its type at the target
     */
    public record ComputedColumn(String name, String type) {}

    private List<ResultType> results(LaneTable lane) {
        return types(lane).stream()
                .map(column ->
                        ResultType.of(column.getDataType().getLogicalType()).orElseThrow())
                .toList();
    }

    private List<Column> types(LaneTable lane) {
        Table result = query(lane, neverRun(lane));
        List<Column> columns = result.getResolvedSchema().getColumns();
        List<Column> computed = columns.subList(RowJudge.COMPUTED, columns.size());
        for (Column column : computed) {
            if (ResultType.of(column.getDataType().getLogicalType()).isEmpty()) {
                throw StatementReader.refused(
                        where(lane),
                        "its column " + column.getName() + " is " + column.getDataType()
                                + ", for which PostgreSQL has no like",
                        "CAST it to STRING, or take its parts");
            }
        }
        return computed;
    }

    private DataStream<Row> neverRun(LaneTable lane) {
        return environment.fromSequence(0, 0).map(n -> Row.of()).returns(rowType(lane));
    }

    private Table query(LaneTable lane, DataStream<Row> rows) {
        String view = "walferry_" + ++lanes;
        try {
            tables.createTemporaryView(view, tables.fromDataStream(rows, schema(lane)));
            return tables.sqlQuery(sql(lane, view));
        } catch (ValidationException e) {
            throw StatementReader.refused(where(lane), PlannerMessage.of(e), "Correct the statement");
        }
    }

    private static String where(LaneTable lane) {
        return "statement for source table " + lane.table().id();
    }

    private RowTypeInfo rowType(LaneTable lane) {
        List<TypeInformation<?>> types = new ArrayList<>(List.of(rideType, Types.BOOLEAN, Types.LONG));
        List<String> names = new ArrayList<>(List.of(RIDE, LIVE, NUMBER));
        names.addAll(lane.fed());
        lane.fedTypes().forEach(type -> types.add(type.typeInformation()));
        for (Metadata metadata : lane.metadata()) {
            names.add(metadata.column());
            types.add(metadata.type().typeInformation());
        }
        return new RowTypeInfo(types.toArray(TypeInformation[]::new), names.toArray(String[]::new));
    }

    private Schema schema(LaneTable lane) {
        Schema.Builder schema = Schema.newBuilder()
                .column(RIDE, DataTypes.RAW(Ride.class, rideType.serializer()))
                .column(LIVE, DataTypes.BOOLEAN().notNull())
                .column(NUMBER, DataTypes.BIGINT().notNull());
        for (int i = 0; i < lane.fed().size(); i++) {
            schema.column(lane.fed().get(i), lane.fedTypes().get(i).dataType());
        }
        for (Metadata metadata : lane.metadata()) {
            schema.column(metadata.column(), metadata.type().dataType());
        }
        return schema.columnByExpression(TIME, "PROCTIME()").build();
    }

    static String sql(LaneTable lane, String view) {
        RowStatement statement = lane.statement();
        StringBuilder arrives = new StringBuilder(
                statement.condition().map(text -> "(" + text + ")").orElse("TRUE"));
        for (Lookup lookup : statement.lookups()) {
            lookup.required()
                    .ifPresent(column -> arrives.append(" AND ").append(column).append(" IS NOT NULL"));
        }
        String alias = SqlText.quoted(statement.alias());
        String live = alias + "." + SqlText.quoted(LIVE);
        StringBuilder sql = new StringBuilder("SELECT ")
                .append(alias + "." + SqlText.quoted(RIDE))
                .append(", CASE WHEN " + live + " THEN " + arrives + " ELSE FALSE END AS `__walferry_arrives`, ")
                .append(alias + "." + SqlText.quoted(NUMBER));
        for (Output output : lane.computed()) {
            // What is no row, or none that arrives, has no values that an expression could rely on.
            sql.append(", CASE WHEN " + live + " AND (" + arrives + ") THEN " + output.expression() + " END AS "
                    + SqlText.quoted(output.name()));
        }
        sql.append(" FROM " + SqlText.quoted(view) + " AS " + alias);
        for (Lookup lookup : statement.lookups()) {
            sql.append(" LEFT JOIN " + lookup.table() + " FOR SYSTEM_TIME AS OF " + alias + "." + SqlText.quoted(TIME)
                    + " AS " + SqlText.quoted(lookup.alias()) + " ON " + lookup.on());
        }
        return sql.toString();
    }
}
