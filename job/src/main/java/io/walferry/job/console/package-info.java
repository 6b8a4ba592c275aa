/** The console: one page that shows tasks in a browser, and the small server behind it. It shows and never changes anything. */
package io.walferry.job.console;
