package io.walferry.job.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.dialect.TypeProbe;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Severity;
import io.walferry.job.model.Column;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of targets that differ from PostgreSQL, of which there is none to ask here. */
class TargetHazardsTest {

    private static final String WHERE = "target db:5432/shop";

    private static TableSchema table(String name, String bareType, boolean notNull) {
        Column column = new Column(name, bareType, bareType, notNull, Column.Identity.NONE, false, false, true);
        return new TableSchema(
                new TableId("shop", "item"),
                1,
                false,
                List.of(column),
                ReplicaIdentity.DEFAULT,
                List.of(name),
                "item_pkey",
                false);
    }

    @Test
    void emptyStringsMatterWhereNullIsRefused() {
        assertThat(EmptyStringsCheck.assess(WHERE, false, List.of(table("a", "pg_catalog.\"text\"", true))))
                .isEmpty();
        assertThat(EmptyStringsCheck.assess(WHERE, true, List.of(table("a", "pg_catalog.\"text\"", true))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("shop.item.a"));
        assertThat(EmptyStringsCheck.assess(WHERE, true, List.of(table("a", "pg_catalog.\"int4\"", true))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).doesNotContain("shop.item.a"));
        assertThat(EmptyStringsCheck.assess(WHERE, true, List.of(table("a", "pg_catalog.\"text\"", false))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).doesNotContain("shop.item.a"));
    }

    @Test
    void namesThatDifferInCapitalsAlone() {
        List<TableSchema> apart = List.of(table("a", "pg_catalog.\"text\"", true));
        assertThat(LetterCaseCheck.assess(WHERE, false, List.of(table("A", "pg_catalog.\"text\"", true))))
                .isEmpty();
        assertThat(LetterCaseCheck.assess(WHERE, true, apart)).isEmpty();
        assertThat(LetterCaseCheck.assess(WHERE, true, List.of(table("Mixed", "pg_catalog.\"text\"", true))))
                .isEmpty();
        assertThat(LetterCaseCheck.assess(WHERE, true, List.of(table("A", "pg_catalog.\"text\"", true))))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("column shop.item.A"));
        assertThat(LetterCaseCheck.assess(
                        WHERE,
                        true,
                        List.of(table("A", "pg_catalog.\"text\"", true), table("a", "pg_catalog.\"text\"", true))))
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR, Severity.WARNING);
    }

    @Test
    void typesThatAreNotPostgresOwn() {
        assertThat(TargetTypesCheck.assess(WHERE, new TypeProbe(false, false))).isEmpty();
        assertThat(TargetTypesCheck.assess(WHERE, new TypeProbe(true, true)))
                .extracting(Finding::severity)
                .containsExactly(Severity.WARNING, Severity.ERROR);
    }

    @Test
    void aFailedStatementMustEndItsTransaction() {
        assertThat(StatementRollbackCheck.assess(WHERE, true)).isEmpty();
        assertThat(StatementRollbackCheck.assess(WHERE, false))
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR);
    }

    @Test
    void versionsOfTheSource() {
        assertThat(SourceVersionCheck.assess(WHERE, 9))
                .extracting(Finding::severity)
                .containsExactly(Severity.ERROR);
        assertThat(SourceVersionCheck.assess(WHERE, 10)).isEmpty();
        assertThat(SourceVersionCheck.assess(WHERE, 18)).isEmpty();
        assertThat(SourceVersionCheck.assess(WHERE, 19))
                .extracting(Finding::severity)
                .containsExactly(Severity.WARNING);
    }

    @Test
    void encodingsThatDoNotFit() {
        assertThat(EncodingCheck.assess(WHERE, "LATIN1", "UTF8")).isEmpty();
        assertThat(EncodingCheck.assess(WHERE, "LATIN1", "LATIN1")).isEmpty();
        assertThat(EncodingCheck.assess(WHERE, "UTF8", "LATIN1")).hasSize(1);
        assertThat(EncodingCheck.assess(WHERE, "SQL_ASCII", "UTF8")).hasSize(1);
        assertThat(EncodingCheck.assess(WHERE, "UTF8", "SQL_ASCII")).hasSize(1);
    }

    @Test
    void collationsOfAnotherLibraryOrVersion() {
        var libc = new CollationCheck.Locale("c", "C.UTF-8", "C.UTF-8", null, false);
        var icu = new CollationCheck.Locale("i", "C.UTF-8", "C.UTF-8", "de", false);
        var outdated = new CollationCheck.Locale("c", "C.UTF-8", "C.UTF-8", null, true);
        assertThat(CollationCheck.assess(WHERE, "shop", libc, libc)).isEmpty();
        assertThat(CollationCheck.assess(WHERE, "shop", libc, icu))
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains("de (ICU)", "C.UTF-8 (libc)"));
        assertThat(CollationCheck.assess(WHERE, "shop", libc, outdated))
                .singleElement()
                .satisfies(finding -> assertThat(finding.remedies())
                        .extracting(Finding.Remedy::statement)
                        .containsExactly("ALTER DATABASE \"shop\" REFRESH COLLATION VERSION"));
    }
}
