/**
 * The quick start: a shop on a real pair of servers, brought and kept in step by the task as a user would run it, compared row
 * by row at the end. Open {@link io.walferry.tests.quickstart.Quickstart} first. Whatever its end, it leaves no process and
 * no file behind, but for the logs of a failure.
 */
package io.walferry.tests.quickstart;
