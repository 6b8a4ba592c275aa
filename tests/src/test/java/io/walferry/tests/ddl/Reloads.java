package io.walferry.tests.ddl;

import io.walferry.job.config.TaskFile;
import io.walferry.job.pipeline.ReloadRequest;
import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code walferry reload} does. */
final class Reloads {

    private Reloads() {}

    static ReloadRequest ask(TaskRun run, String tables) throws Exception {
        Path file = Files.createTempFile("task", ".yaml");
        try {
            return ReloadRequest.of(TaskFile.load(run.file().write(file), System::getenv), List.of(tables));
        } finally {
            Files.delete(file);
        }
    }
}
