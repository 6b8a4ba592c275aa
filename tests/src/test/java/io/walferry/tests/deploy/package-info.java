/** What is under {@code deploy} for other places than this machine, as far as this machine can tell. */
package io.walferry.tests.deploy;
