package io.walferry.job.schema.ddl;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.StoredCatalog.ColumnIdentity;
import io.walferry.job.model.Column;
import io.walferry.job.schema.TableDdl;
import io.walferry.job.schema.ddl.StructureState.IdentifiedColumn;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What becomes of one column of a table: facts in, statements out. */
final class ColumnDiff {

    private final Statements statements;
    private final TableDdl ddl;
    private final Table table;
    private final String alter;

    /** @param table as it is after the command */
    ColumnDiff(Statements statements, TableDdl ddl, Table table) {
        this.statements = statements;
        this.ddl = ddl;
        this.table = table;
        this.alter = "ALTER TABLE ONLY " + quoted(table.id()) + " ALTER COLUMN ";
    }

    /**
     * A new column. Rows that are there get the value that the source's older rows have: it is in the catalog, also where the
     * default is {@code now()} and would give another one here.
     *
     * @param reloaded all rows are brought anew afterwards
     * @param shared it may be there already
     * @param below what inherits from the table gets all of it, too
     */
    void add(IdentifiedColumn added, boolean reloaded, boolean shared, boolean below) {
        SourceColumn column = added.column();
        Optional<String> missing =
                added.identity().map(ColumnIdentity::missing).filter(value -> column.generated() == ' ');
        boolean later = column.generated() == ' '
                && column.expression().isPresent()
                && (missing.isPresent() || reloaded && !column.column().notNull());
        SourceColumn first = later
                ? with(
                        column,
                        missing.map(value ->
                                literal(value).trim() + "::" + column.column().type()))
                : column;
        statements.alters.add("ALTER TABLE " + quoted(table.id()) + " ADD COLUMN " + (shared ? "IF NOT EXISTS " : "")
                + ddl.definition(table, first));
        if (later) {
            statements.alters.add((below ? alter.replace("TABLE ONLY", "TABLE") : alter) + quoted(column.name())
                    + " SET DEFAULT " + column.expression().orElseThrow());
        }
        statements.alters.addAll(TableDdl.alterations("TABLE ONLY", table.id(), column));
    }

    private static SourceColumn with(SourceColumn column, Optional<String> expression) {
        return new SourceColumn(
                column.column(),
                column.local(),
                column.collation(),
                expression,
                column.generated(),
                column.storage(),
                column.compression(),
                column.statisticsTarget(),
                column.options());
    }

    /**
     * A column that stays, under its new name.
     *
     * @param retyped its type or collation is another one, and it is not its parent's to say so
     * @param emptied there is no row any more
     */
    void change(SourceColumn before, SourceColumn after, boolean retyped, boolean emptied) {
        String name = quoted(after.name());
        boolean plain = after.generated() == ' ' && before.generated() == ' ';
        boolean otherDefault = plain && !before.expression().equals(after.expression());
        if (before.column().identity() != Column.Identity.NONE
                && after.column().identity() == Column.Identity.NONE
                && table.partitionOf().isEmpty()) {
            statements.alters.add(alter + name + " DROP IDENTITY IF EXISTS");
        }
        if (plain
                && before.expression().isPresent()
                && (otherDefault && after.expression().isEmpty() || retyped)) {
            statements.alters.add(alter + name + " DROP DEFAULT");
        }
        if (before.column().notNull() && !after.column().notNull()) {
            // Partitions cannot be without what their table is with, so it goes for all at once.
            statements.alters.add((table.partitionKey().isPresent() ? alter.replace("TABLE ONLY", "TABLE") : alter)
                    + name + " DROP NOT NULL");
        }
        if (before.generated() != ' ' && after.generated() == ' ') {
            statements.alters.add(alter + name + " DROP EXPRESSION IF EXISTS");
            otherDefault = after.expression().isPresent();
        }
        if (retyped) {
            retype(after, emptied);
        }
        if (plain && after.expression().isPresent() && (otherDefault || retyped)
                || before.generated() != ' ' && otherDefault) {
            statements.alters.add(
                    alter + name + " SET DEFAULT " + after.expression().orElseThrow());
        }
        if (!before.column().notNull() && after.column().notNull()) {
            statements.childrenFirst.add(0, alter + name + " SET NOT NULL");
        }
        identity(before, after);
        settings(before, after);
    }

    private void retype(SourceColumn after, boolean emptied) {
        String name = quoted(after.name());
        String type = after.column().type();
        String using =
                after.generated() != ' ' ? "" : emptied ? " USING NULL::" + type : " USING " + name + "::" + type;
        statements.alters.add("ALTER TABLE " + quoted(table.id()) + " ALTER COLUMN " + name + " TYPE " + type
                + after.collation().map(collation -> " COLLATE " + collation).orElse("") + using);
    }

    private void identity(SourceColumn before, SourceColumn after) {
        Column.Identity is = after.column().identity();
        Column.Identity was = before.column().identity();
        if (is == was || is == Column.Identity.NONE || table.partitionOf().isPresent()) {
            return;
        }
        String kind = is == Column.Identity.ALWAYS ? "ALWAYS" : "BY DEFAULT";
        String name = quoted(after.name());
        if (was != Column.Identity.NONE) {
            statements.alters.add(alter + name + " SET GENERATED " + kind);
            return;
        }
        statements.childrenFirst.add(alter + name + " ADD GENERATED " + kind + " AS IDENTITY"
                + ddl.identitySequence(table.id(), after.name())
                        .map(sequence -> " (SEQUENCE NAME " + quoted(sequence.id()) + " "
                                + io.walferry.job.schema.ObjectDdl.options(sequence) + ")")
                        .orElse(""));
    }

    private void settings(SourceColumn before, SourceColumn after) {
        if (before.storage() == after.storage()
                && before.compression() == after.compression()
                && before.statisticsTarget().equals(after.statisticsTarget())
                && before.options().equals(after.options())) {
            return;
        }
        String name = quoted(after.name());
        if (before.storage() != after.storage() && after.storage() == ' ') {
            // Before version 16 there is no word for the type's own.
            String type = after.column().bareType();
            boolean main = type.matches("pg_catalog\\.\"(numeric|inet|cidr)\"");
            statements.alters.add(alter + name + " SET STORAGE " + (main ? "MAIN" : "EXTENDED"));
        }
        if (before.compression() != after.compression() && after.compression() == ' ') {
            statements.alters.add(alter + name + " SET COMPRESSION default");
        }
        if (before.statisticsTarget().isPresent() && after.statisticsTarget().isEmpty()) {
            statements.alters.add(alter + name + " SET STATISTICS -1");
        }
        Set<String> gone = new LinkedHashSet<>(names(before.options()));
        gone.removeAll(names(after.options()));
        if (!gone.isEmpty()) {
            statements.alters.add(alter + name + " RESET (" + String.join(", ", gone) + ")");
        }
        statements.alters.addAll(TableDdl.alterations("TABLE ONLY", table.id(), after));
    }

    private static List<String> names(Optional<String> options) {
        List<String> names = new ArrayList<>();
        for (String option : options.map(text -> text.split(", ")).orElse(new String[0])) {
            names.add(option.substring(0, option.indexOf('=')));
        }
        return names;
    }
}
