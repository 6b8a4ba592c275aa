package io.walferry.job.cli;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second process on this machine from running the same task; without it, the two would take the writers from each
 * other again and again, which loses nothing and gets nowhere. Held as long as the process lives.
 */
final class RunLock {

    /** Never read, but closed if nothing referred to it. */
    private final FileChannel held;

    private RunLock(FileChannel held) {
        this.held = held;
    }

    /**
     * Takes the lock of a checkpoint directory; nothing if it is not on this machine.
     *
     * @throws SyncException if another process has it
     */
    static RunLock take(String task, String checkpointDirectory) throws IOException {
        if (!checkpointDirectory.startsWith("file:")) {
            return new RunLock(null);
        }
        Path directory =
                Files.createDirectories(Path.of(new org.apache.flink.core.fs.Path(checkpointDirectory).getPath()));
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "task " + task,
                    "another process on this machine runs it already",
                    "Stop that one first");
        }
        return new RunLock(channel);
    }
}
