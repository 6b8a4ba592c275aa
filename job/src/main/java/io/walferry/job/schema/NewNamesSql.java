package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.NewNames;
import io.walferry.job.catalog.NewNames.Renamed;
import io.walferry.job.model.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * A statement that creates what a text of the source says, with the names that tables and columns have at the target. The text
 * is never searched for names: the target's server reads it while empty tables with the columns of the real ones bear the
 * source's names, these get the new names, as ALTER TABLE gives them, and the server writes the text anew. All of that is undone before the
 * object is created from the new text. The empty tables are then in schemas whose names occur nowhere else, so those can be replaced.
 */
final class NewNamesSql {

    private static final String START = "DO LANGUAGE plpgsql ";
    /** Undoes what the server was asked for; it is no error. */
    private static final String UNDO = "WF001";

    private static final String LOCK_TIMEOUT = "3s";

    private final NewNames names;
    private final String mark;
    /** Names of the schemas in which the empty tables get their new names, by the schemas of the real ones. */
    private final Map<String, String> schemas = new TreeMap<>();

    private final List<String> probes = new ArrayList<>();
    /** What is asked for when the names are there, and what becomes a statement of it. */
    private final Map<String, Made> made = new LinkedHashMap<>();

    private record Made(String before, String after) {}

    /** @param texts all that names are put into */
    NewNamesSql(NewNames names, String texts) {
        this.names = names;
        String found = mark(texts, 0);
        for (int i = 1; texts.contains(found); i++) {
            found = mark(texts, i);
        }
        mark = found;
        for (Renamed table : names.tables()) {
            schemas.computeIfAbsent(table.target().schema(), schema -> mark + "_" + schemas.size());
        }
    }

    private static String mark(String texts, int attempt) {
        CRC32 sum = new CRC32();
        sum.update((attempt + texts).getBytes(StandardCharsets.UTF_8));
        return "walferry_" + Long.toHexString(sum.getValue());
    }

    /** Whether a statement is one of these: what it creates is known only when it has run. */
    static boolean isOne(String sql) {
        return sql.startsWith(START);
    }

    /** A name that nothing has, for what is created only to be asked for. */
    String aside(String name) {
        return quoted(mark) + "." + quoted(name);
    }

    /** The relation under its new name, while the server is asked. */
    String relation(TableId source) {
        return names.tables().stream()
                .filter(table -> table.source().equals(source))
                .findFirst()
                .map(table -> quoted(new TableId(
                        schemas.get(table.target().schema()), table.target().name())))
                .orElse(quoted(source));
    }

    /** Has the server read a statement under the names of the source. */
    NewNamesSql read(String sql) {
        probes.add(sql);
        return this;
    }

    /**
     * Has the server write a text under the new names.
     *
     * @param query gives the text
     * @param before with {@code after}, makes a statement of it
     */
    NewNamesSql write(String query, String before, String after) {
        made.put(query, new Made(before, after));
        return this;
    }

    /** The statement. */
    String sql() {
        List<String> lines = new ArrayList<>();
        lines.add("DECLARE texts text[];");
        lines.add("BEGIN");
        lines.add("BEGIN");
        // Others may be reading a table that has to give its name away for a moment.
        execute(lines, "SET LOCAL lock_timeout = '" + LOCK_TIMEOUT + "'");
        execute(lines, "CREATE SCHEMA " + quoted(mark));
        schemas.values().forEach(schema -> execute(lines, "CREATE SCHEMA " + quoted(schema)));
        giveOldNames(lines);
        probes.forEach(sql -> execute(lines, sql));
        giveNewNames(lines);
        made.keySet().forEach(query -> lines.add("texts := pg_catalog.array_append(texts, (" + query + ")::text);"));
        lines.add("RAISE EXCEPTION USING ERRCODE = '" + UNDO + "';");
        lines.add("EXCEPTION WHEN SQLSTATE '" + UNDO + "' THEN NULL;");
        lines.add("END;");
        create(lines);
        lines.add("END");
        String quote = "$" + mark + "$";
        return START + quote + "\n" + String.join("\n", lines) + "\n" + quote;
    }

    private void giveOldNames(List<String> lines) {
        for (int i = 0; i < names.tables().size(); i++) {
            Renamed table = names.tables().get(i);
            String alter = "ALTER TABLE " + copy(i) + " RENAME ";
            execute(lines, "CREATE TABLE " + copy(i) + " (LIKE " + quoted(table.target()) + " INCLUDING INDEXES)");
            rename(lines, alter, columns(table).values(), columns(table).keySet());
        }
        for (int i = 0; i < names.tables().size(); i++) {
            Renamed table = names.tables().get(i);
            TableId source = table.source();
            if (table.sourceNameTaken()) {
                execute(lines, "ALTER TABLE " + quoted(source) + " RENAME TO " + quoted(mark + "_real_" + i));
            } else {
                execute(lines, "CREATE SCHEMA IF NOT EXISTS " + quoted(source.schema()));
                lines.add("IF pg_catalog.to_regclass(" + literal(quoted(source)) + ") IS NOT NULL THEN RAISE EXCEPTION "
                        + literal("the target has a relation " + source
                                        + " already, and its server cannot read the source's text beside it")
                                .replace("%", "%%")
                        + " USING ERRCODE = 'duplicate_table'; END IF;");
            }
        }
        for (int i = 0; i < names.tables().size(); i++) {
            TableId source = names.tables().get(i).source();
            String number = quoted(mark + "_" + i);
            execute(lines, "ALTER TABLE " + copy(i) + " SET SCHEMA " + quoted(source.schema()));
            execute(
                    lines,
                    "ALTER TABLE " + quoted(source.schema()) + "." + number + " RENAME TO " + quoted(source.name()));
        }
    }

    private void giveNewNames(List<String> lines) {
        for (int i = 0; i < names.tables().size(); i++) {
            Renamed table = names.tables().get(i);
            String alter = "ALTER TABLE " + quoted(table.source()) + " RENAME ";
            rename(lines, alter, columns(table).keySet(), columns(table).values());
            execute(lines, alter + "TO " + quoted(mark + "_" + i));
            execute(
                    lines,
                    "ALTER TABLE " + quoted(new TableId(table.source().schema(), mark + "_" + i)) + " SET SCHEMA "
                            + quoted(schemas.get(table.target().schema())));
        }
        for (int i = 0; i < names.tables().size(); i++) {
            TableId target = names.tables().get(i).target();
            execute(
                    lines,
                    "ALTER TABLE " + quoted(new TableId(schemas.get(target.schema()), mark + "_" + i)) + " RENAME TO "
                            + quoted(target.name()));
        }
    }

    /** Two columns may exchange their names, so each has another one in between. */
    private void rename(List<String> lines, String alter, Collection<String> from, Collection<String> to) {
        int i = 0;
        for (String name : from) {
            execute(lines, alter + quoted(name) + " TO " + quoted(mark + "_column_" + i++));
        }
        i = 0;
        for (String name : to) {
            execute(lines, alter + quoted(mark + "_column_" + i++) + " TO " + quoted(name));
        }
    }

    private void create(List<String> lines) {
        int i = 0;
        for (Made statement : made.values()) {
            String text = "pg_catalog.rtrim(texts[" + ++i + "], ';')";
            for (Map.Entry<String, String> schema : schemas.entrySet()) {
                text = "pg_catalog.replace(" + text + ", " + literal(schema.getValue() + ".") + ", "
                        + literal(quoted(schema.getKey()) + ".") + ")";
            }
            lines.add("EXECUTE " + literal(statement.before()) + " || " + text + " || " + literal(statement.after())
                    + ";");
        }
    }

    /** The empty table before it has a name. */
    private String copy(int i) {
        return quoted(mark) + "." + quoted(mark + "_" + i);
    }

    private static Map<String, String> columns(Renamed table) {
        return new TreeMap<>(table.columns());
    }

    private static void execute(List<String> lines, String sql) {
        lines.add("EXECUTE " + literal(sql) + ";");
    }
}
