/** Failures that say where, what and how to fix, and the kind of a failure, which decides what happens next. */
package io.walferry.job.failure;
