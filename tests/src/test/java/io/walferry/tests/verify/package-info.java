/** Finding what differs, not finding what does not, and mending it. Start with {@link io.walferry.tests.verify.CorruptionsITCase}. */
package io.walferry.tests.verify;
