package io.walferry.job.source;

import java.io.Serializable;
import org.apache.flink.metrics.MetricGroup;

/** What runs beside the job, once per job, from its coordinator's start to its end; it holds nothing up, and no failure of it harms. */
public interface Companion extends AutoCloseable {

    /** Ships with the job; starts where the coordinator runs. */
    @FunctionalInterface
    interface Factory extends Serializable {

        /**
         * Returns at once.
         *
         * @param metrics of the coordinator
         */
        Companion start(MetricGroup metrics);

        /** Of a job that needs none. */
        static Factory none() {
            return None.INSTANCE;
        }
    }

    /** Returns soon. */
    @Override
    void close();

    /** A class, not a lambda: see the source's own factories. */
    enum None implements Factory, Companion {
        INSTANCE;

        @Override
        public Companion start(MetricGroup metrics) {
            return this;
        }

        @Override
        public void close() {}
    }
}
