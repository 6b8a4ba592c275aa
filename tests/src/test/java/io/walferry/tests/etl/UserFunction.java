package io.walferry.tests.etl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** A user's function, {@code shop.Discount}: a tenth less, NULL for NULL. */
public final class UserFunction {

    private static final String SOURCE =
            """
            package shop;
            public class Discount extends org.apache.flink.table.functions.ScalarFunction {
                public Integer eval(Integer price) {
                    return price == null ? null : price - price / 10;
                }
            }
            """;

    private UserFunction() {}

    /** The function compiled and packed, as its author would. */
    public static Path jar(Path directory) throws IOException {
        Path source = Files.createDirectories(directory.resolve("shop")).resolve("Discount.java");
        Files.writeString(source, SOURCE);
        Path classes = Files.createDirectories(directory.resolve("classes"));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(failed).isZero();
        Path jar = directory.resolve("functions.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("shop/Discount.class"));
            out.write(Files.readAllBytes(classes.resolve("shop/Discount.class")));
            out.closeEntry();
        }
        return jar;
    }
}
