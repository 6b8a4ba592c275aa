package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDirectoryTest {

    @TempDir
    Path directory;

    private CheckpointDirectory checkpoints;

    @BeforeEach
    void open() {
        checkpoints = new CheckpointDirectory(directory.resolve("points").toString(), "task orders");
    }

    @Test
    void hasNothingBeforeTheFirstRun() throws IOException {
        assertThat(checkpoints.newest()).isEmpty();
    }

    @Test
    void findsTheNewestOfAllRuns() throws IOException {
        checkpoint(checkpoints, 5, 1_000);
        Path newest = checkpoint(checkpoints, 2, 3_000);
        checkpoint(checkpoints, 9, 2_000);
        assertThat(checkpoints.newest())
                .hasValueSatisfying(found -> assertThat(found).endsWith(newest.toString()));
    }

    @Test
    void passesOverWhatCannotBeRead() throws IOException {
        Path good = checkpoint(checkpoints, 1, 1_000);
        Path broken = checkpoint(checkpoints, 2, 2_000);
        Files.write(broken.resolve("_metadata"), new byte[] {1, 2, 3});
        Path incomplete = checkpoint(checkpoints, 3, 3_000);
        Files.delete(incomplete.resolve("_metadata"));
        assertThat(checkpoints.newest())
                .hasValueSatisfying(found -> assertThat(found).endsWith(good.toString()));
    }

    @Test
    void handsOutNoCheckpointOfAnotherTask() throws IOException {
        CheckpointDirectory other =
                new CheckpointDirectory(directory.resolve("points").toString(), "task invoices");
        checkpoint(other, 1, 1_000);
        assertThat(checkpoints.newest()).isEmpty();
    }

    @Test
    void removesOnlyWhatHasNoCheckpoint() throws IOException {
        Path kept = checkpoint(checkpoints, 1, 1_000).getParent();
        Path left = checkpoint(checkpoints, 1, 1_000).getParent();
        Files.delete(left.resolve("chk-1/_metadata"));
        Files.delete(left.resolve("chk-1"));
        Files.createDirectory(left.resolve("shared"));
        checkpoints.removeIfWithoutCheckpoint(kept.getFileName().toString());
        checkpoints.removeIfWithoutCheckpoint(left.getFileName().toString());
        assertThat(kept).exists();
        assertThat(left).doesNotExist();
    }

    private Path checkpoint(CheckpointDirectory of, long number, long modifiedMs) throws IOException {
        JobID job = new JobID();
        of.mark(job);
        Path path = directory.resolve("points").resolve(job.toString()).resolve("chk-" + number);
        Files.createDirectories(path);
        Path metadata = path.resolve("_metadata");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(metadata))) {
            Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(number, List.of(), List.of()), out);
        }
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(modifiedMs));
        return path;
    }
}
