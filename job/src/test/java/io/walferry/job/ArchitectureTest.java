package io.walferry.job;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the layers: who may use whom. A package that is not in the table has no place yet. */
class ArchitectureTest {

    private static final String ROOT = "io.walferry.job";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static final Set<String> TOP = Set.of("pipeline", "cli");

    private static final List<String> KNOWN = List.of(
            "model",
            "failure",
            "config",
            "sql",
            "serde",
            "jdbc",
            "dialect",
            "catalog",
            "source",
            "etl",
            "schema",
            "apply",
            "precheck",
            "verify",
            "control",
            "alert",
            "console");

    @ParameterizedTest(name = "{0} uses only [{1}]")
    @CsvSource({
        "model, ''",
        "failure, ''",
        "config, model",
        "sql, model",
        "serde, model",
        "jdbc, config",
        "dialect, model sql",
        "catalog, model sql jdbc dialect config",
        "source, model config sql serde jdbc catalog",
        "etl, model config",
        "schema, model config sql jdbc dialect catalog",
        "apply, model config sql serde jdbc dialect",
        "precheck, model config sql serde jdbc dialect catalog",
        "verify, model config sql serde jdbc dialect catalog",
        "control, model config sql serde jdbc dialect catalog",
        "alert, model config sql",
        "console, ''",
    })
    void aPackageUsesOnlyWhatItsLayerMay(String user, String used) {
        List<String> allowed = new ArrayList<>(List.of(in(user)));
        if (!user.equals("model")) {
            allowed.add(in("failure"));
        }
        Stream.of(used.split(" "))
                .filter(name -> !name.isEmpty())
                .map(ArchitectureTest::in)
                .forEach(allowed::add);

        classes()
                .that()
                .resideInAPackage(in(user))
                .should()
                .onlyDependOnClassesThat(
                        not(resideInAPackage(ROOT + "..")).or(resideInAnyPackage(allowed.toArray(String[]::new))))
                .because("features do not know each other: declare a narrow interface in " + user
                        + " and let pipeline adapt, or move what both need down a level")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void everyPackageHasItsPlace() {
        Set<String> unknown = new TreeSet<>();
        for (JavaPackage below : CLASSES.getPackage(ROOT).getSubpackages()) {
            if (!KNOWN.contains(below.getRelativeName()) && !TOP.contains(below.getRelativeName())) {
                unknown.add(below.getName());
            }
        }
        assertThat(unknown)
                .as("packages without a layer: give each a line in the table above")
                .isEmpty();
    }

    @Test
    void nothingKnowsTheEntryPoints() {
        noClasses()
                .that()
                .resideInAnyPackage(KNOWN.stream().map(ArchitectureTest::in).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT, in("pipeline"), in("cli"))
                .because("the graph is wired from above: pass what is needed through the constructor")
                .check(CLASSES);
    }

    @Test
    void whatIsNotStreamingIsPlainJava() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        in("model"),
                        in("failure"),
                        in("config"),
                        in("sql"),
                        in("jdbc"),
                        in("catalog"),
                        in("schema"),
                        in("alert"),
                        in("control"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.flink..")
                .because("these run and are tested without Flink: put type information in serde, operators in source or"
                        + " apply, the graph in pipeline")
                .check(CLASSES);
    }

    @Test
    void onlyTheSourceKnowsTheIncrementalSourceFramework() {
        noClasses()
                .that()
                .resideOutsideOfPackage(in("source"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.flink.cdc..", "io.debezium..", "org.apache.kafka..")
                .because("the framework stays replaceable: wrap what is needed in a class of source")
                .check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        List<Path> silent = new ArrayList<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path module : modules.toList()) {
                Path sources = module.resolve("src/main/java");
                if (Files.isDirectory(sources)) {
                    silent.addAll(packagesWithoutInfo(sources));
                }
            }
        }
        assertThat(silent)
                .as("directories without package-info.java: one paragraph on duty, first class to open, promise kept")
                .isEmpty();
    }

    private static Collection<Path> packagesWithoutInfo(Path sources) throws IOException {
        Set<Path> packages = new TreeSet<>();
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .forEach(packages::add);
        }
        packages.removeIf(directory -> Files.exists(directory.resolve("package-info.java")));
        return packages;
    }

    private static String in(String name) {
        return ROOT + "." + name + "..";
    }
}
