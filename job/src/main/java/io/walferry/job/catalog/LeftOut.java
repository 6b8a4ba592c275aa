package io.walferry.job.catalog;

/**
 * Something that a pattern of the task names and that is not moved.
 *
 * @param object for people: {@code view shop.sums}
 */
public record LeftOut(String object, String reason) {
    @Override
    public String toString() {
        return object + ": " + reason;
    }
}
