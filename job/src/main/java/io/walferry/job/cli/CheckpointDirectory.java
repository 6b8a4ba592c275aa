package io.walferry.job.cli;

import io.walferry.job.model.Lsn;
import io.walferry.job.pipeline.PreparedTask;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;

/**
 * Where the runs of a task leave their checkpoints: a directory per job, {@code chk-<n>} in it. A mark in each job's directory
 * says whose it is, so that a directory that tasks share, or a task that was made anew, hands out no foreign checkpoint.
 */
final class CheckpointDirectory {

    private static final String MARK = "walferry-task";
    private static final String METADATA = "_metadata";

    private final Path directory;
    private final String mark;

    CheckpointDirectory(String directory, String mark) {
        this.directory = new Path(directory);
        this.mark = mark;
    }

    /** The directory of a task; checkpoints of another version of the program are foreign too. */
    static CheckpointDirectory of(PreparedTask task) {
        return new CheckpointDirectory(
                task.checkpointDirectory(),
                String.join(
                        "\n",
                        "walferry " + Walferry.version(),
                        "task " + task.config().task(),
                        "source " + task.source().address(),
                        "target " + task.target().address(),
                        "slot since " + Lsn.format(task.slotLsn())));
    }

    /** The newest complete checkpoint that can be read; empty if there is none. */
    Optional<String> newest() throws IOException {
        List<FileStatus> candidates = new ArrayList<>();
        for (FileStatus job : list(directory)) {
            if (job.isDir() && isOurs(job.getPath())) {
                candidates.addAll(complete(job.getPath()));
            }
        }
        return candidates.stream()
                .sorted(Comparator.comparingLong(FileStatus::getModificationTime)
                        .reversed())
                .map(FileStatus::getPath)
                .filter(CheckpointDirectory::isReadable)
                .map(metadata -> metadata.getParent().toString())
                .findFirst();
    }

    /** The metadata of the job's checkpoints. */
    private static List<FileStatus> complete(Path job) throws IOException {
        List<FileStatus> metadata = new ArrayList<>();
        for (FileStatus checkpoint : list(job)) {
            if (checkpoint.getPath().getName().startsWith("chk-")) {
                list(checkpoint.getPath()).stream()
                        .filter(file -> file.getPath().getName().equals(METADATA))
                        .forEach(metadata::add);
            }
        }
        return metadata;
    }

    private boolean isOurs(Path job) throws IOException {
        return mark.equals(read(new Path(job, MARK)));
    }

    /** The job that took the checkpoint. */
    static String jobOf(String checkpoint) {
        return new Path(checkpoint).getParent().getName();
    }

    /** Says whose the job's directory is. */
    void mark(JobID job) throws IOException {
        Path file = new Path(new Path(directory, job.toString()), MARK);
        try (FSDataOutputStream out = file.getFileSystem().create(file, FileSystem.WriteMode.OVERWRITE)) {
            out.write(mark.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Removes what a job that has ended without any checkpoint has left. */
    void removeIfWithoutCheckpoint(String job) throws IOException {
        Path path = new Path(directory, job);
        if (isOurs(path) && complete(path).isEmpty()) {
            path.getFileSystem().delete(path, true);
        }
    }

    private static boolean isReadable(Path metadata) {
        try (DataInputStream in = new DataInputStream(metadata.getFileSystem().open(metadata))) {
            Checkpoints.loadCheckpointMetadata(
                    in,
                    CheckpointDirectory.class.getClassLoader(),
                    metadata.getParent().toString());
            return true;
        } catch (IOException | RuntimeException e) {
            TraceLog.note("Checkpoint " + metadata + " cannot be read: " + e);
            return false;
        }
    }

    private static List<FileStatus> list(Path path) throws IOException {
        FileSystem fileSystem = path.getFileSystem();
        if (!fileSystem.exists(path)) {
            return List.of();
        }
        FileStatus[] files = fileSystem.listStatus(path);
        return files == null ? List.of() : Arrays.asList(files);
    }

    private static String read(Path file) throws IOException {
        if (!file.getFileSystem().exists(file)) {
            return "";
        }
        try (FSDataInputStream in = file.getFileSystem().open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
