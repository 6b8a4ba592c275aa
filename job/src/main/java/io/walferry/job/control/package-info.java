/**
 * The task's own records at the target, in schema {@code walferry}: the truth about how far it is. {@link
 * io.walferry.job.control.ControlStore} reads and writes them over one connection; the writers keep their progress there
 * themselves, in the transactions of their rows.
 */
package io.walferry.job.control;
