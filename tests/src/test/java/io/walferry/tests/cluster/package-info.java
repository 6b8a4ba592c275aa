/** The job on a real standalone Flink cluster: JobManager and TaskManagers as processes of their own. */
package io.walferry.tests.cluster;
