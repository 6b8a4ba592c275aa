package io.walferry.tests.cluster;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A stock session cluster: the entry points of Flink's own jars, and nothing of Walferry on its class path, so the job has
 * to bring all that it needs.
 */
final class StandaloneCluster implements AutoCloseable {

    private static final List<String> JAVA_17 = List.of(
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.time=ALL-UNNAMED");

    private final Path home;
    private final String classPath;
    private final List<Process> processes = new ArrayList<>();
    private final List<Process> taskManagers = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final int restPort;

    StandaloneCluster(Path home, Path flinkLib, int managers, int slots) throws Exception {
        this.home = home;
        this.classPath = flinkLib + File.separator + "*";
        this.restPort = freePort();
        int rpcPort = freePort();
        Path conf = Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                conf.resolve("config.yaml"),
                """
                jobmanager.rpc.address: 127.0.0.1
                jobmanager.rpc.port: %d
                jobmanager.bind-host: 127.0.0.1
                rest.address: 127.0.0.1
                rest.bind-address: 127.0.0.1
                rest.port: %d
                taskmanager.host: 127.0.0.1
                taskmanager.bind-host: 127.0.0.1
                taskmanager.numberOfTaskSlots: %d
                heartbeat.timeout: 10000
                heartbeat.interval: 2000
                """
                        .formatted(rpcPort, restPort, slots));
        Files.writeString(
                conf.resolve("log4j2.properties"),
                """
                rootLogger.level = INFO
                rootLogger.appenderRef.console.ref = Console
                appender.console.type = Console
                appender.console.name = Console
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d{ISO8601} %-5p %c - %m%n
                """);
        try {
            java("jobmanager", "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint", List.of());
            for (int i = 0; i < managers; i++) {
                addTaskManager();
            }
            await("task managers registered", () -> get("/overview").contains("\"taskmanagers\":" + managers));
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** Starts another TaskManager; does not wait until it has registered. */
    void addTaskManager() throws IOException {
        java(
                "taskmanager-" + taskManagers.size(),
                "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                Stream.of(
                                "taskmanager.cpu.cores=1.0",
                                "taskmanager.memory.framework.heap.size=128m",
                                "taskmanager.memory.framework.off-heap.size=128m",
                                "taskmanager.memory.task.heap.size=384m",
                                "taskmanager.memory.task.off-heap.size=0m",
                                "taskmanager.memory.managed.size=0m",
                                "taskmanager.memory.jvm-metaspace.size=256m",
                                "taskmanager.memory.jvm-overhead.min=128m",
                                "taskmanager.memory.jvm-overhead.max=128m",
                                "taskmanager.memory.network.min=64m",
                                "taskmanager.memory.network.max=64m")
                        .flatMap(setting -> Stream.of("-D", setting))
                        .toList());
    }

    /** Cancels what runs, and waits until it has ended. */
    /** Of its REST interface. */
    String address() {
        return "http://127.0.0.1:" + restPort;
    }

    void cancelAllJobs() throws Exception {
        Matcher jobs = Pattern.compile("\"id\":\"([0-9a-f]{32})\"").matcher(get("/jobs"));
        while (jobs.find()) {
            http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + "/jobs/" + jobs.group(1)))
                            .method("PATCH", HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
        await("jobs ended", () -> get("/overview").contains("\"jobs-running\":0"));
    }

    /** {@code flink run} with the arguments; its output goes to {@code cli.log}. */
    Process run(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("run", "-m", "127.0.0.1:" + restPort));
        all.addAll(List.of(arguments));
        return java("cli", "org.apache.flink.client.cli.CliFrontend", all);
    }

    String get(String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    Path log(String process) {
        return home.resolve(process + ".log");
    }

    /** Ends a TaskManager as a crash would. */
    void killTaskManager(int index) throws InterruptedException {
        taskManagers.get(index).destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    private Process java(String name, String mainClass, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JAVA_17);
        command.addAll(List.of(
                "-Xmx512m",
                "-Dlog4j.configurationFile=" + home.resolve("conf/log4j2.properties"),
                "-cp",
                classPath,
                mainClass));
        if (!name.equals("cli")) {
            command.addAll(List.of("--configDir", home.resolve("conf").toString()));
        }
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        builder.environment().put("FLINK_CONF_DIR", home.resolve("conf").toString());
        Process process = builder.start();
        processes.add(process);
        if (name.startsWith("taskmanager")) {
            taskManagers.add(process);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException e) {
                // not listening yet
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not within 60 s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroyForcibly();
        }
        for (Process process : processes) {
            process.onExit().join();
        }
    }
}
