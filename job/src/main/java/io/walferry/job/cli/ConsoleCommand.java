package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.config.TaskFileException;
import io.walferry.job.console.ConsoleServer;
import io.walferry.job.console.ConsoledTask;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code walferry console}. */
@Command(
        name = "console",
        description = {
            "Serves a page for a browser that shows tasks as they go: phase, tables, lag and rates over time, changes of structure,"
                    + " verification, findings of the precheck. It reads what walferry status reads, and changes nothing.",
            "",
            "Without task files of their own, the other tasks of the same targets are shown as far as their records tell."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:stopped by a signal",
            " 2:a task file is wrong, or the port is taken",
        })
final class ConsoleCommand implements Callable<Integer> {

    private static final int TOKEN_BYTES = 24;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(
            names = "--port",
            paramLabel = "<number>",
            defaultValue = "8765",
            description = "Where to listen (default: ${DEFAULT-VALUE}); 0: a free port.")
    private int port;

    @Option(
            names = "--address",
            paramLabel = "<address>",
            defaultValue = "127.0.0.1",
            description =
                    "The address to listen at (default: ${DEFAULT-VALUE}). At one that is not this machine's own the page"
                            + " needs the token that is printed, or that is in $WALFERRY_CONSOLE_TOKEN; use a proxy with TLS in front of it.")
    private String address;

    @Parameters(arity = "1..*", paramLabel = "<task file>", description = "YAML; one for each task.")
    private List<Path> files;

    @Override
    public Integer call() {
        LogFile.none();
        Map<String, TaskConfig> configs = new HashMap<>();
        List<ConsoledTask> tasks = new ArrayList<>();
        for (Path file : files) {
            try {
                TaskConfig config = TaskFile.load(file, System::getenv);
                if (configs.put(config.task(), config) != null) {
                    System.err.println(file + ": task " + config.task() + " is in another of these files too");
                    return Walferry.WRONG_USAGE;
                }
                tasks.add(new TaskOfFile(config));
            } catch (TaskFileException e) {
                System.err.println(e.getMessage());
                return Walferry.WRONG_USAGE;
            }
        }
        tasks.addAll(RecordedTask.besides(configs));
        return serve(tasks, configs);
    }

    private int serve(List<ConsoledTask> tasks, Map<String, TaskConfig> configs) {
        InetAddress local;
        try {
            local = InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            System.err.println("--address " + address + " is unknown here");
            return Walferry.WRONG_USAGE;
        }
        Optional<String> token = local.isLoopbackAddress() ? Optional.empty() : Optional.of(token());
        try (ConsoleServer server = new ConsoleServer(
                new InetSocketAddress(local, port),
                token,
                Walferry.version(),
                tasks,
                new TaskDetails(configs),
                FailureText::of)) {
            String host = local.isAnyLocalAddress() ? InetAddress.getLocalHost().getHostName() : address;
            System.out.println("console: http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port()
                    + "/" + token.map(secret -> "?token=" + secret).orElse(""));
            System.out.flush();
            new CountDownLatch(1).await();
        } catch (IOException e) {
            System.err.println("port " + port + " of " + address + " cannot be had (" + e.getMessage()
                    + "): choose another with --port");
            return Walferry.WRONG_USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Walferry.DONE;
    }

    private static String token() {
        String given = System.getenv("WALFERRY_CONSOLE_TOKEN");
        if (given != null && !given.isBlank()) {
            return given;
        }
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
