package io.walferry.tests.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The classes of the product as its JVM keeps them in memory, in a file that the JVMs of all tests begin with: a start takes half
 * of the processor time then. See "Class Data Sharing" of the JVM's guide; an archive of other jars is left alone by the JVM.
 */
public final class SharedClasses {

    private static final Path ARCHIVE = Path.of("target", "product-classes.jsa").toAbsolutePath();

    private SharedClasses() {}

    /** What makes a JVM of the product begin with the archive, if there is one; one of older jars is not to be told of. */
    public static List<String> jvmOptions() {
        return Files.exists(ARCHIVE)
                ? List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
                : List.of();
    }

    /** Makes the archive of what a short task loads. */
    public static void main(String[] arguments) throws Exception {
        Files.deleteIfExists(ARCHIVE);
        try (TaskRun run = TaskRun.shared("classes")) {
            run.atSource(
                    "CREATE TABLE public.one (id int PRIMARY KEY, v text)",
                    "CREATE TABLE public.two (id int PRIMARY KEY, v text)",
                    "INSERT INTO public.one SELECT i, 'v' FROM generate_series(1, 1000) i");
            run.start("-XX:ArchiveClassesAtExit=" + ARCHIVE, "-Xlog:cds=off").awaitChanges();
            run.atSource(
                    "INSERT INTO public.one SELECT i, 'v' FROM generate_series(1001, 2000) i",
                    "INSERT INTO public.two VALUES (1, 'v')",
                    "ALTER TABLE public.two ADD COLUMN w int",
                    "UPDATE public.one SET v = 'w'",
                    "DELETE FROM public.one");
            run.assertInStep();
            run.terminate();
        }
    }
}
