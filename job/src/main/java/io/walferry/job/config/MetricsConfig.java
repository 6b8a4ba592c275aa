package io.walferry.job.config;

import java.io.Serializable;

/** @param port where {@code walferry run} lets Prometheus read its metrics; 0: nowhere */
public record MetricsConfig(int port) implements Serializable {

    public static final MetricsConfig NONE = new MetricsConfig(0);
}
