/** Structure changes at the source while it is written to, and tables that are loaded anew in the stream. */
package io.walferry.tests.ddl;
