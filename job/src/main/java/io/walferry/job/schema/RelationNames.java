package io.walferry.job.schema;

import io.walferry.job.model.TableId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Names of relations at the target: an index or a sequence whose name is taken where it moves to gets a number. */
final class RelationNames {

    private static final int LONGEST_BYTES = 63;

    private final Set<TableId> taken = new HashSet<>();

    void take(TableId name) {
        taken.add(name);
    }

    /** The name itself, or the first free one with a number behind it; it is taken from now on. */
    TableId free(TableId wanted) {
        TableId name = wanted;
        for (int i = 1; !taken.add(name); i++) {
            String suffix = "_" + i;
            name = new TableId(wanted.schema(), cut(wanted.name(), LONGEST_BYTES - suffix.length()) + suffix);
        }
        return name;
    }

    private static String cut(String name, int bytes) {
        String cut = name;
        while (cut.getBytes(StandardCharsets.UTF_8).length > bytes) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }
}
