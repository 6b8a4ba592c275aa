/**
 * Names, columns and tables that arrive otherwise than they are. What is expected is said by queries at the source ({@link
 * io.walferry.tests.mapping.SameRows}), never by the product.
 */
package io.walferry.tests.mapping;
