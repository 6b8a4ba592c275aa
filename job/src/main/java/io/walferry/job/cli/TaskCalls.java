package io.walferry.job.cli;

import static io.walferry.job.sql.Identifier.literal;

import io.walferry.job.WalferryJob;
import io.walferry.job.config.Endpoint;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.ThrottleConfig.Limit;
import io.walferry.job.sql.SteeringSql;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/** The calls that do for a task what the verbs do, for programs that have only HTTP or SQL. */
final class TaskCalls {

    /**
     * @param what it does
     * @param command for a shell; words in angle brackets are answers of earlier calls
     */
    record Call(String what, String command) {}

    private final TaskConfig config;
    private final Path file;
    private final String rest;
    private final List<Call> calls = new ArrayList<>();

    private TaskCalls(TaskConfig config, Path file, URI rest) {
        this.config = config;
        this.file = file.toAbsolutePath().normalize();
        this.rest = rest.toString().replaceAll("/+$", "");
    }

    /** @param jar of the job */
    static List<Call> of(TaskConfig config, Path file, URI rest, Path jar) {
        TaskCalls calls = new TaskCalls(config, file, rest);
        calls.cluster(jar);
        calls.records();
        return calls.calls;
    }

    private void cluster(Path jar) {
        if (config.etl().jars().isEmpty()) {
            add(
                    "give a Flink cluster the job; it answers with a name",
                    "curl -sS -F jarfile=@" + shell(jar.toString()) + " " + rest + "/jars/upload");
            add(
                    "start the task there, which reads the file on the JobManager's machine",
                    curl(
                            "POST",
                            "/jars/<jar>/run",
                            "{\"entryClass\":\"" + WalferryJob.class.getName() + "\",\"programArgsList\":[\"" + file
                                    + "\"]}"));
        } else {
            // The call has no way to say that these belong on the class path.
            add(
                    "start the task there, with the jars that its statements need",
                    "walferry submit " + shell(file.toString()) + " --rest " + rest);
        }
        add("list its jobs; the task's is called walferry " + config.task(), "curl -sS " + rest + "/jobs/overview");
        add("stop it with a savepoint", curl("POST", "/jobs/<job>/stop", "{\"drain\":false}"));
        add("stop it without one", "curl -sS -X PATCH '" + rest + "/jobs/<job>?mode=cancel'");
    }

    private void records() {
        String task = literal(config.task()).strip();
        sql("how far it is", "SELECT * FROM walferry.status WHERE task = " + task);
        sql(
                "its tables",
                "SELECT table_schema, table_name, state FROM walferry.table_state WHERE task = " + task
                        + " ORDER BY 1, 2");
        sql("pause it", filled(SteeringSql.pause(), task, "true"));
        sql("let it go on", filled(SteeringSql.pause(), task, "false"));
        for (Limit limit : Limit.values()) {
            sql("limit " + limit.key() + " to 1000 per second", filled(SteeringSql.set(limit.column()), task, "1000"));
        }
        sql("stop a walferry run", filled(SteeringSql.stop(), task, "'stop'"));
    }

    private void sql(String what, String statement) {
        Endpoint target = config.target();
        String connection = "host=" + target.hostname() + " port=" + target.port() + " dbname=" + target.database()
                + " user=" + target.username();
        add(what, "psql " + shell(connection) + " -c " + shell(statement));
    }

    /** The statement with its parameters in their places, none of which has a question mark. */
    private static String filled(String statement, String... parameters) {
        String text = statement;
        for (String parameter : parameters) {
            text = text.replaceFirst("\\?", Matcher.quoteReplacement(parameter));
        }
        return text;
    }

    private String curl(String method, String path, String body) {
        return "curl -sS -X " + method + " -H 'Content-Type: application/json' -d " + shell(body) + " '" + rest + path
                + "'";
    }

    private void add(String what, String command) {
        calls.add(new Call(what, command));
    }

    /** One word for a shell. */
    private static String shell(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
