package io.walferry.job.catalog;

import java.io.Serializable;

/**
 * Something that a pattern of the task names and that is not moved.
 *
 * @param kind for people: {@code view}
 * @param identity for people: {@code shop.sums}
 */
public record LeftOut(String kind, String identity, String reason) implements Serializable {

    public static LeftOut of(ObjectName name, String reason) {
        return new LeftOut(name.kind().words(), name.identity(), reason);
    }

    /** For people: {@code view shop.sums}. */
    public String object() {
        return kind + " " + identity;
    }

    @Override
    public String toString() {
        return object() + ": " + reason;
    }
}
