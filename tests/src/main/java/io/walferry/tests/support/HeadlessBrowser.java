package io.walferry.tests.support;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real browser without a window, where the machine has one. */
public final class HeadlessBrowser {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int LIMIT_SECONDS = 120;

    private final String program;
    private final Path profile;

    private HeadlessBrowser(String program, Path profile) {
        this.program = program;
        this.profile = profile;
    }

    /**
     * Says so if there is none.
     *
     * @param profile a directory for what it keeps
     */
    public static Optional<HeadlessBrowser> find(Path profile) {
        Optional<HeadlessBrowser> browser = NAMES.stream()
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .map(program -> new HeadlessBrowser(program.toString(), profile))
                .findFirst();
        if (browser.isEmpty()) {
            System.out.println(
                    "HeadlessBrowser: none of " + NAMES + " is here, so pages are checked by their text alone");
        }
        return browser;
    }

    /** Draws the page into a PNG. */
    public void draw(URI page, Path picture, int width, int height) throws IOException, InterruptedException {
        run(
                List.of(
                        "--virtual-time-budget=4000",
                        "--hide-scrollbars",
                        "--window-size=" + width + "," + height,
                        "--screenshot=" + picture),
                page);
    }

    /** The page as its scripts have made it within that time. */
    public String contents(URI page, int milliseconds) throws IOException, InterruptedException {
        return run(List.of("--virtual-time-budget=" + milliseconds, "--dump-dom"), page);
    }

    private String run(List<String> options, URI page) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(program, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + profile));
        command.addAll(options);
        command.add(page.toString());
        Path output = Files.createTempFile("page", ".html");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(Redirect.DISCARD)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException("The browser did not end within " + LIMIT_SECONDS + " s");
            }
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }
}
