package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {

    @TempDir
    Path directory;

    @Test
    void isHeldInADirectoryWhoseNameHasSpaces() throws IOException {
        Path own = directory.resolve("a task/0-1");
        RunLock lock = RunLock.take("orders", "file://" + own);
        assertThat(lock).isNotNull();
        // Within one process a second attempt shows as this exception; from another process it is refused.
        try (FileChannel other = FileChannel.open(own.resolve("lock"), StandardOpenOption.WRITE)) {
            assertThatThrownBy(other::tryLock).isInstanceOf(OverlappingFileLockException.class);
        }
    }

    @Test
    void doesNothingForARemoteDirectory() {
        assertThatCode(() -> RunLock.take("orders", "s3://bucket/orders")).doesNotThrowAnyException();
    }
}
