package io.walferry.job.model;

import java.util.Set;

/**
 * A type whose values are written by the labels of an enumeration: the enumeration itself, an array of it, or a domain over one.
 *
 * @param enumeration OID of the enumeration at the source
 * @param labels that it has now
 */
public record LabelledType(long enumeration, boolean array, Set<String> labels) {

    public LabelledType {
        labels = Set.copyOf(labels);
    }
}
