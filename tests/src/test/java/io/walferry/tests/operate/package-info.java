/** What an operator does with a task, by the real command against real servers: see, slow, stop, finish. */
package io.walferry.tests.operate;
