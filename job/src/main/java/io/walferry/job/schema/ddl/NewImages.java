package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Images that are other ones than those that are known. */
final class NewImages {

    private final StructureState state;
    /** Empty: the object is gone. */
    private final Map<ObjectKey, Optional<ObjectImage>> images = new TreeMap<>();

    NewImages(StructureState state) {
        this.state = state;
    }

    void put(ObjectKey key, Optional<ObjectImage> image) {
        if (Objects.equals(state.images().get(key), image.orElse(null))) {
            images.remove(key);
        } else {
            images.put(key, image);
        }
    }

    /** The object is gone, or its part of the image of another one. */
    void drop(ObjectKey key) {
        if (state.images().containsKey(key)) {
            put(key, Optional.empty());
            return;
        }
        state.stored().holder(key).ifPresent(holder -> {
            Optional<ObjectImage> image = images.getOrDefault(
                    holder, Optional.ofNullable(state.images().get(holder)));
            image.ifPresent(whole -> put(holder, Optional.of(whole.without(key.oid()))));
        });
    }

    /** A mark stands until the next image of its table, be that the same as before. */
    void told(ObjectKey key) {
        if (key.catalog().equals("pg_class")) {
            put(Rewrites.key(key.oid()), Optional.empty());
        }
    }

    /** Leaves the tables as they are known, with all that is part of them; returns whether there was anything of them. */
    boolean leaveOut(Set<Long> tables, StructureState now) {
        return images.keySet()
                .removeIf(key -> key.catalog().equals("pg_class")
                        && (tables.contains(state.stored().root(key.oid()))
                                || tables.contains(now.stored().root(key.oid()))));
    }

    Set<ObjectKey> keys() {
        return images.keySet();
    }

    /** Empty: the object is gone. */
    Optional<ObjectImage> of(ObjectKey key) {
        return images.get(key);
    }

    /** Nothing but marks that are set. */
    boolean onlyMarks() {
        return images.entrySet().stream()
                .allMatch(image ->
                        Rewrites.isMark(image.getKey()) && image.getValue().isPresent());
    }

    /** All images with these. */
    Map<ObjectKey, ObjectImage> applied() {
        Map<ObjectKey, ObjectImage> all = new TreeMap<>(state.images());
        images.forEach((key, image) -> image.ifPresentOrElse(is -> all.put(key, is), () -> all.remove(key)));
        return all;
    }

    Map<ObjectKey, Optional<String>> stored() {
        Map<ObjectKey, Optional<String>> stored = new HashMap<>();
        images.forEach((key, image) -> stored.put(key, image.map(ObjectImage::text)));
        return stored;
    }
}
