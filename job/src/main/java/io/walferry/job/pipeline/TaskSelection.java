package io.walferry.job.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.walferry.job.config.MappingRule;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.model.Operation;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a task file selects and how it arrives, in words that are the same as long as it says the same. */
final class TaskSelection {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TaskSelection() {}

    static String of(TaskConfig config) {
        return objects(config.objects()) + arrivals(config);
    }

    /** Only what is selected. */
    static String objects(ObjectsConfig objects) {
        return new StringBuilder()
                .append("schemas ")
                .append(objects.schemas())
                .append(", tables ")
                .append(objects.tables())
                .append(", exclude ")
                .append(objects.exclude())
                .append(", views ")
                .append(objects.views())
                .append(", routines ")
                .append(objects.routines())
                .append(", triggers ")
                .append(objects.triggers())
                .append(", grants ")
                .append(objects.grants())
                .toString();
    }

    /** How it arrives: a rule that is added comes at the end. */
    static String arrivals(TaskConfig config) {
        StringBuilder words = new StringBuilder()
                .append(", operations ")
                .append(operations(config.mapping().operations()))
                .append(", on-existing ")
                .append(config.mapping().onExisting())
                .append(", soft-delete ")
                .append(config.mapping().softDelete())
                .append(", audit ")
                .append(config.mapping().audit())
                .append(", phases ")
                .append(config.phases());
        for (MappingRule rule : config.mapping().rules()) {
            words.append("; ")
                    .append(rule.from())
                    .append(" to ")
                    .append(rule.to())
                    .append(", rename ")
                    .append(new TreeMap<>(rule.rename()))
                    .append(", leave out ")
                    .append(rule.leaveOut())
                    .append(", constant ")
                    .append(rule.constant())
                    .append(", soft-delete ")
                    .append(rule.softDelete())
                    .append(", audit ")
                    .append(rule.audit())
                    .append(", disjoint ")
                    .append(rule.disjointKeys())
                    .append(", operations ")
                    .append(operations(rule.operations()))
                    .append(", on-existing ")
                    .append(rule.onExisting());
        }
        return words.toString();
    }

    /** What is selected, for {@link #parse}. */
    static String json(ObjectsConfig objects) {
        try {
            return JSON.writeValueAsString(objects);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static ObjectsConfig parse(String json) {
        try {
            return JSON.readValue(json, ObjectsConfig.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the record of the selected objects cannot be read", e);
        }
    }

    private static String operations(Set<Operation> operations) {
        return operations == null ? "all" : new TreeSet<>(operations).toString();
    }
}
