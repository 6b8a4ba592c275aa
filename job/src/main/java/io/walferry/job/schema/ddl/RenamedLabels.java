package io.walferry.job.schema.ddl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.model.LabelChange;
import io.walferry.job.model.Lsn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What labels of enumerations have been called, kept with the images of the structure, one mark for each type. It is needed as
 * long as a transaction may come that has written rows before.
 */
final class RenamedLabels {

    private static final String MARK = "labels";

    private RenamedLabels() {}

    /** @param enumeration OID of the type */
    record Renaming(long enumeration, String from, String to) {}

    static ObjectKey key(long enumeration) {
        return new ObjectKey(MARK, enumeration);
    }

    /** In the order in which they were made. */
    static List<LabelChange> of(Map<ObjectKey, ObjectImage> images) {
        List<LabelChange> changes = new ArrayList<>();
        images.forEach((key, image) -> {
            if (key.catalog().equals(MARK)) {
                for (JsonNode change : image.renamed()) {
                    changes.add(new LabelChange(
                            key.oid(),
                            Lsn.parse(change.path("lsn").asText()),
                            change.path("from").asText(),
                            change.path("to").asText()));
                }
            }
        });
        // Stable, so that those of one transaction stay as they are.
        changes.sort(Comparator.comparing(LabelChange::commitLsn, Long::compareUnsigned));
        return changes;
    }

    /** The marks of those types whose labels were renamed, with that. */
    static Map<ObjectKey, ObjectImage> marks(
            Map<ObjectKey, ObjectImage> images, Collection<Renaming> renamings, long commitLsn) {
        Map<ObjectKey, ArrayNode> marks = new TreeMap<>();
        for (Renaming change : renamings) {
            marks.computeIfAbsent(key(change.enumeration()), key -> {
                        ArrayNode all = JsonNodeFactory.instance.arrayNode();
                        ObjectImage known = images.get(key);
                        return known == null ? all : all.addAll((ArrayNode) known.renamed());
                    })
                    .addObject()
                    .put("lsn", Lsn.format(commitLsn))
                    .put("from", change.from())
                    .put("to", change.to());
        }
        Map<ObjectKey, ObjectImage> made = new TreeMap<>();
        marks.forEach((key, all) -> made.put(
                key, ObjectImage.of(JsonNodeFactory.instance.objectNode().set("renamed", all))));
        return made;
    }
}
