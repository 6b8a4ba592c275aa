/** The checks before a start on real servers: each item is shown failing, its remedy is carried out, and it passes. */
package io.walferry.tests.precheck;
