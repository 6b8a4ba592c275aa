package io.walferry.job.failure;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that was found before the start. Never carries a row value or a secret.
 *
 * @param item of the precheck that it belongs to
 * @param where the object: {@code source table shop.orders}
 * @param what what is wrong with it, without a full stop
 * @param why what would come of it, without a full stop; empty if {@code what} says it
 * @param fix what to do, without what {@code remedies} says
 * @param remedies statements that mend it; none if no statement can
 */
public record Finding(
        Severity severity, CheckItem item, String where, String what, String why, String fix, List<Remedy> remedies)
        implements Serializable {

    public Finding {
        remedies = List.copyOf(remedies);
    }

    /** What a finding means for the start. */
    public enum Severity {
        /** Worth knowing. */
        INFO,
        /** The task starts; the person who runs it should look. */
        WARNING,
        /** The task does not start. */
        ERROR
    }

    /** A side of the task. */
    public enum Side {
        SOURCE,
        TARGET;

        /** For people. */
        public String label() {
            return this == SOURCE ? "source" : "target";
        }
    }

    /** A statement that mends something, for a role that may run it. */
    public record Remedy(Side side, String statement) implements Serializable {}

    /** Of the source's structure; {@link #of} says which other item it belongs to. */
    public static Finding error(String where, String what, String fix) {
        return new Finding(Severity.ERROR, CheckItem.STRUCTURE, where, what, "", fix, List.of());
    }

    /** Of the source's structure; {@link #of} says which other item it belongs to. */
    public static Finding warning(String where, String what, String fix) {
        return new Finding(Severity.WARNING, CheckItem.STRUCTURE, where, what, "", fix, List.of());
    }

    /** Of the source's structure; {@link #of} says which other item it belongs to. */
    public static Finding info(String where, String what, String fix) {
        return new Finding(Severity.INFO, CheckItem.STRUCTURE, where, what, "", fix, List.of());
    }

    public Finding of(CheckItem other) {
        return new Finding(severity, other, where, what, why, fix, remedies);
    }

    public Finding because(String reason) {
        return new Finding(severity, item, where, what, reason, fix, remedies);
    }

    public Finding atSource(String... statements) {
        return with(Side.SOURCE, statements);
    }

    public Finding atTarget(String... statements) {
        return with(Side.TARGET, statements);
    }

    public Finding with(Side side, String... statements) {
        return new Finding(
                severity,
                item,
                where,
                what,
                why,
                fix,
                Stream.concat(remedies.stream(), Stream.of(statements).map(sql -> new Remedy(side, sql)))
                        .toList());
    }

    /** For people, in one line. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>(List.of(where + ": " + what + ".", sentence(why), fix));
        for (Remedy remedy : remedies) {
            if (!fix.contains(remedy.statement())) {
                String last = parts.remove(parts.size() - 1);
                parts.add(last.isEmpty() || last.endsWith(";") || last.endsWith(".") ? last : last + ".");
                parts.add("Run at the " + remedy.side().label() + ": " + remedy.statement() + ";");
            }
        }
        return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
    }

    private static String sentence(String text) {
        return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }
}
