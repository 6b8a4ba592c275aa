/** The Walferry job: {@link io.walferry.job.WalferryJob} is what a Flink cluster runs. */
package io.walferry.job;
