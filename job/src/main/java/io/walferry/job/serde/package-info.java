/**
 * Flink's view of what crosses operators: {@link io.walferry.job.serde.StreamElementType} and its serializer. Nothing here
 * ever falls back to Kryo.
 */
package io.walferry.job.serde;
