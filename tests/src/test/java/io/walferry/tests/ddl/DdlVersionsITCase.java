package io.walferry.tests.ddl;

import io.walferry.tests.support.TestServers;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Some kinds of change between other pairs of versions than those of the whole list. */
class DdlVersionsITCase {

    private static final Pattern SOME =
            Pattern.compile("^(drop a column and|make the key|add a column with random|unique con"
                    + "|attach a filled|an enum|an extension|restart sequences|create, rename and|views|inside a function"
                    + "|create, fill and|identity of|detach a partition$)");

    @ParameterizedTest(name = "PostgreSQL {0} to {1}")
    @CsvSource({"10, 11", "12, 15", "15, 18", "18, 14"})
    void bothSidesAreEqualInTheEnd(int sourceVersion, int targetVersion) throws Exception {
        DdlITCase.run(
                "ddl_versions_" + sourceVersion,
                TestServers.version(sourceVersion),
                TestServers.version(targetVersion),
                1,
                SOME);
    }
}
