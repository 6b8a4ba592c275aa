package io.walferry.job.pipeline;

import io.walferry.job.config.MappingRule;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.model.Operation;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a task file selects and how it arrives, in words that are the same as long as it says the same. */
final class TaskSelection {

    private TaskSelection() {}

    static String of(TaskConfig config) {
        ObjectsConfig objects = config.objects();
        StringBuilder words = new StringBuilder()
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
                .append(", operations ")
                .append(operations(config.mapping().operations()))
                .append(", on-existing ")
                .append(config.mapping().onExisting())
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
                    .append(", disjoint ")
                    .append(rule.disjointKeys())
                    .append(", operations ")
                    .append(operations(rule.operations()))
                    .append(", on-existing ")
                    .append(rule.onExisting());
        }
        return words.toString();
    }

    private static String operations(Set<Operation> operations) {
        return operations == null ? "all" : new TreeSet<>(operations).toString();
    }
}
