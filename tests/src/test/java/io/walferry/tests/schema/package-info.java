/** Structure on real servers: what the catalog says of the source, and that the target has it afterwards. */
package io.walferry.tests.schema;
