/**
 * The product as its user has it: a task file ({@link io.walferry.tests.command.TaskText}) and the command
 * {@code deploy/bin/walferry} as a process of its own ({@link io.walferry.tests.command.WalferryProcess}). What a task says
 * about itself is read from its control schema ({@link io.walferry.tests.command.ControlRecords}). A command that uses it
 * leaves nothing behind: {@link io.walferry.tests.command.CleanRun}.
 */
package io.walferry.tests.command;
