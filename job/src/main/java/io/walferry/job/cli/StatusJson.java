package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskProfile;
import io.walferry.job.config.ThrottleConfig.Limit;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.model.Lsn;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** A status as JSON. What is not known is null. */
final class StatusJson {

    private StatusJson() {}

    /** @param pretty over several lines */
    static String of(TaskConfig config, TaskStatus status, boolean pretty) {
        return of(
                config.task(),
                Optional.of(config.profile()),
                config.source().address(),
                config.target().address(),
                limit -> config.throttle().of(limit),
                status,
                pretty);
    }

    /** Of a task whose task file is not known: without its source, and with the limits that walferry set has set. */
    static String ofRecords(String task, String target, TaskStatus status) {
        return of(task, Optional.empty(), null, target, limit -> 0, status, false);
    }

    private static String of(
            String task,
            Optional<TaskProfile> profile,
            String source,
            String target,
            ToLongFunction<Limit> fromFile,
            TaskStatus status,
            boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            if (pretty) {
                json.useDefaultPrettyPrinter();
            }
            json.writeStartObject();
            json.writeStringField("task", task);
            profile(json, profile);
            json.writeStringField("source", source);
            json.writeStringField("target", target);
            json.writeStringField("phase", status.phase());
            json.writeStringField("activity", status.activity());
            job(json, status.job());
            load(json, status);
            changes(json, status.changes());
            json.writeObjectFieldStart("positions");
            lsn(json, "source", status.positions().source());
            lsn(json, "applied", status.positions().applied());
            lsn(json, "acknowledged", status.positions().acknowledged());
            json.writeEndObject();
            json.writeObjectFieldStart("slot");
            json.writeStringField("name", status.slot().name());
            json.writeStringField("state", status.slot().state());
            number(json, "retained-wal-bytes", status.slot().retainedWalBytes());
            number(json, "safe-wal-bytes", status.slot().safeWalBytes());
            json.writeEndObject();
            json.writeObjectFieldStart("limits");
            for (Limit limit : Limit.values()) {
                json.writeNumberField(limit.key(), status.limits().getOrDefault(limit, fromFile.applyAsLong(limit)));
            }
            json.writeEndObject();
            step(json, status.lastStep());
            json.writeNumberField("waiting-objects", status.waitingObjects());
            json.writeNumberField("failed-objects", status.failedObjects());
            json.writeNumberField("dead-letters", status.deadLetters());
            failedChange(json, status.failedChange());
            verification(json, status.verification());
            json.writeArrayFieldStart("tables");
            for (TaskStatus.Table table : status.tables()) {
                table(json, table);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void profile(JsonGenerator json, Optional<TaskProfile> profile) throws IOException {
        json.writeStringField(
                "class", profile.map(known -> known.taskClass().label()).orElse(null));
        json.writeStringField(
                "environment",
                profile.map(TaskProfile::environment)
                        .filter(text -> !text.isEmpty())
                        .orElse(null));
        json.writeObjectFieldStart("labels");
        for (Map.Entry<String, String> label :
                profile.map(TaskProfile::labels).orElse(new TreeMap<>()).entrySet()) {
            json.writeStringField(label.getKey(), label.getValue());
        }
        json.writeEndObject();
    }

    private static void job(JsonGenerator json, TaskStatus.Job job) throws IOException {
        json.writeObjectFieldStart("job");
        json.writeBooleanField("running", job.running());
        json.writeStringField("host", job.host().orElse(null));
        number(json, "writers", job.writers());
        number(json, "running-ms", job.running() ? job.runningMs() : OptionalLong.empty());
        number(json, "silent-ms", job.silentMs());
        json.writeStringField("failure", job.failure().orElse(null));
        json.writeStringField("failed-at", job.failedAt().orElse(null));
        json.writeEndObject();
    }

    private static void load(JsonGenerator json, TaskStatus status) throws IOException {
        TaskStatus.Load load = status.load();
        json.writeObjectFieldStart("load");
        json.writeNumberField("tables", status.tables().size());
        json.writeNumberField("tables-loaded", load.tablesLoaded());
        json.writeNumberField("chunks", load.chunks());
        json.writeNumberField("chunks-loaded", load.chunksLoaded());
        json.writeNumberField("rows", load.rows());
        json.writeNumberField("bytes", load.bytes());
        json.writeNumberField("share", load.share());
        number(json, "rows-per-second", load.rowsPerSecond());
        number(json, "bytes-per-second", load.bytesPerSecond());
        number(json, "seconds-left", load.secondsLeft());
        json.writeEndObject();
    }

    private static void changes(JsonGenerator json, TaskStatus.Changes changes) throws IOException {
        json.writeObjectFieldStart("changes");
        json.writeNumberField("applied", changes.applied());
        number(json, "lag-ms", changes.lagMs());
        number(json, "bytes-behind", changes.bytesBehind());
        number(json, "changes-per-second", changes.changesPerSecond());
        number(json, "wal-bytes-per-second", changes.walBytesPerSecond());
        number(json, "quiet-ms", changes.quietMs());
        json.writeEndObject();
    }

    private static void step(JsonGenerator json, Optional<TaskStatus.LastStep> step) throws IOException {
        if (step.isEmpty()) {
            json.writeNullField("last-step");
            return;
        }
        json.writeObjectFieldStart("last-step");
        json.writeStringField("kind", step.get().kind());
        json.writeStringField("position", Lsn.format(step.get().lsn()));
        json.writeNumberField("ago-ms", step.get().agoMs());
        json.writeEndObject();
    }

    private static void failedChange(JsonGenerator json, Optional<TaskStatus.FailedChange> change) throws IOException {
        if (change.isEmpty()) {
            json.writeNullField("failed-change");
            return;
        }
        json.writeObjectFieldStart("failed-change");
        json.writeStringField("position", change.get().position());
        json.writeStringField("tag", change.get().tag());
        json.writeEndObject();
    }

    private static void verification(JsonGenerator json, Optional<TaskStatus.Verification> newest) throws IOException {
        if (newest.isEmpty()) {
            json.writeNullField("verification");
            return;
        }
        json.writeObjectFieldStart("verification");
        json.writeNumberField("run", newest.get().run());
        json.writeNumberField("differences", newest.get().differences());
        json.writeNumberField("ago-ms", newest.get().agoMs());
        json.writeEndObject();
    }

    static void table(JsonGenerator json, TaskStatus.Table table) throws IOException {
        json.writeStartObject();
        json.writeStringField("schema", table.id().schema());
        json.writeStringField("table", table.id().name());
        json.writeStringField("state", table.state());
        json.writeNumberField("chunks", table.chunks());
        json.writeNumberField("chunks-loaded", table.chunksLoaded());
        json.writeNumberField("rows", table.rows());
        json.writeNumberField("estimated-rows", table.estimatedRows());
        json.writeNumberField("bytes", table.bytes());
        number(json, "rows-per-second", table.rowsPerSecond());
        number(json, "bytes-per-second", table.bytesPerSecond());
        number(json, "seconds-left", table.secondsLeft());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String field, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(field, value.getAsLong());
        } else {
            json.writeNullField(field);
        }
    }

    private static void lsn(JsonGenerator json, String field, OptionalLong value) throws IOException {
        json.writeStringField(field, value.isPresent() ? Lsn.format(value.getAsLong()) : null);
    }
}
