/**
 * What the tests on real servers share: the pair of servers ({@link io.walferry.tests.support.TestServers}), the job as a
 * process of its own, writers of random changes, and the comparison of both sides, which shares no code with the product.
 */
package io.walferry.tests.support;
