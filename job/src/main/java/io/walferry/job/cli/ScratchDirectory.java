package io.walferry.job.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;

/**
 * Where Flink unpacks its parts, some 20 to 60 MB: in the task's own directory, so that the next run can remove what one that was
 * killed has left. Flink itself would leave it in the system's temporary directory, with every kill more.
 */
final class ScratchDirectory implements AutoCloseable {

    private static final String PREFIX = "scratch-";
    private static final String LOCK = "lock";

    private final Path directory;
    private final FileChannel lock;

    private ScratchDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Makes it the temporary directory of this JVM; to be called before anything of Flink is loaded, which asks once.
     *
     * @param home the task's own directory
     */
    static ScratchDirectory in(Path home) throws IOException {
        Files.createDirectories(home);
        removeLeftovers(home);
        Path directory = Files.createTempDirectory(home, PREFIX);
        FileChannel lock =
                FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        System.setProperty("java.io.tmpdir", directory.toString());
        return new ScratchDirectory(directory, lock);
    }

    private static void removeLeftovers(Path home) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.list(home)) {
            found = files.filter(file -> file.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
        for (Path directory : found) {
            if (!isHeld(directory)) {
                FileUtils.deleteDirectoryQuietly(directory.toFile()); // The next run tries again.
            }
        }
    }

    /** A process that lives holds the lock; one that is about to take it has not written it yet. */
    private static boolean isHeld(Path directory) {
        try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE)) {
            return channel.tryLock() == null;
        } catch (IOException | OverlappingFileLockException e) {
            return true;
        }
    }

    @Override
    public void close() {
        FileUtils.deleteDirectoryQuietly(directory.toFile());
        try {
            lock.close();
        } catch (IOException e) {
            TraceLog.write(directory + " is not unlocked", e); // The end of the process unlocks it.
        }
    }
}
