package io.walferry.tests.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.HeadlessBrowser;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;

/** Looks at a page in a real browser, where the machine has one. */
final class Browser {

    private Browser() {}

    /** Draws the page into a picture beside it and checks that something is to be seen. */
    static void look(Path page) throws Exception {
        Optional<HeadlessBrowser> browser = HeadlessBrowser.find(page.resolveSibling("browser"));
        if (browser.isEmpty()) {
            return;
        }
        Path picture = page.resolveSibling(page.getFileName() + ".png");
        browser.get().draw(page.toUri(), picture, 1200, 1000);
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
