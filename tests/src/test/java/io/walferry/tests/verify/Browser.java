package io.walferry.tests.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** A real browser, where the machine has one; where not, that is said, and pages are checked by their text alone. */
final class Browser {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private Browser() {}

    /** Draws the page into a picture beside it and checks that something is to be seen. */
    static void look(Path page) throws Exception {
        Optional<String> browser = NAMES.stream()
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        if (browser.isEmpty()) {
            System.out.println("Browser: none of " + NAMES + " is here, so " + page.getFileName()
                    + " was checked by its text alone");
            return;
        }
        Path picture = page.resolveSibling(page.getFileName() + ".png");
        Process process = new ProcessBuilder(
                        browser.get(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--hide-scrollbars",
                        "--window-size=1200,1000",
                        "--user-data-dir=" + page.resolveSibling("browser"),
                        "--screenshot=" + picture,
                        page.toUri().toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("the browser ends")
                .isTrue();
        BufferedImage image = ImageIO.read(picture.toFile());
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x += 2) {
            for (int y = 0; y < image.getHeight(); y += 2) {
                colours.add(image.getRGB(x, y));
            }
        }
        // Letters, lines and the verdict's colour; an empty page has one.
        assertThat(colours).hasSizeGreaterThan(20);
        System.out.println("Browser: " + picture);
    }
}
