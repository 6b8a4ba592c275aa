package io.walferry.job.config;

import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the task file says about one table, or about those that a pattern matches. Fields are {@code null} where it says
 * nothing: the record travels with the job.
 *
 * @param name for people: {@code mapping[2] (table shop.orders)}
 * @param byName names a single table
 * @param rename new names of columns, by old name
 * @param leaveOut columns that do not arrive
 * @param filter a condition of Flink SQL over the source's columns: rows for which it is not true do not arrive
 * @param softDelete column of the target that marks deleted rows; empty: they are deleted
 * @param audit table of the target that gets a row for every change; {@link MappingConfig#NO_AUDIT}: none does
 * @param disjointKeys the user declares that keys of several tables with this target are never equal
 */
public record MappingRule(
        String name,
        boolean byName,
        RenamePattern from,
        RenameTemplate to,
        Map<String, String> rename,
        List<String> leaveOut,
        Constant constant,
        String filter,
        String softDelete,
        TableId audit,
        boolean disjointKeys,
        Set<Operation> operations,
        OnExisting onExisting)
        implements Serializable {

    /**
     * A column of the target that every row of the table gets.
     *
     * @param type a built-in type
     * @param value text, in which {@code $1} stands for what the pattern's first group matched
     */
    public record Constant(String column, String type, String value) implements Serializable {

        /** Whether the value is one of the type, written as the server would. */
        public boolean fits() {
            try {
                return switch (type) {
                    case "pg_catalog.int2" -> Short.toString(Short.parseShort(value))
                            .equals(value);
                    case "pg_catalog.int4" -> Integer.toString(Integer.parseInt(value))
                            .equals(value);
                    case "pg_catalog.int8" -> Long.toString(Long.parseLong(value))
                            .equals(value);
                    case "pg_catalog.uuid" -> UUID.fromString(value).toString().equals(value);
                    case "pg_catalog.date" -> LocalDate.parse(value).toString().equals(value);
                    default -> true;
                };
            } catch (IllegalArgumentException | DateTimeException e) {
                return false;
            }
        }
    }

    public MappingRule {
        rename = Map.copyOf(rename);
        leaveOut = List.copyOf(leaveOut);
        operations = operations == null ? null : Set.copyOf(operations);
    }

    public boolean matches(TableId table) {
        return from.match(table).isPresent();
    }

    /** Where the table goes. */
    public TableId target(TableId table) {
        return to == null ? table : to.fill(from.match(table).orElseThrow());
    }

    /** The constant with its groups filled in. */
    public Optional<Constant> constant(TableId table) {
        return Optional.ofNullable(constant)
                .map(column -> new Constant(
                        column.column(),
                        column.type(),
                        RenameTemplate.fill(column.value(), from.match(table).orElseThrow())));
    }
}
