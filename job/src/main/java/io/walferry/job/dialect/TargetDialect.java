package io.walferry.job.dialect;

public final class TargetDialect implements java.io.Serializable {
    public static TargetDialect probe(java.sql.Connection c) {
        return new TargetDialect();
    }
}
