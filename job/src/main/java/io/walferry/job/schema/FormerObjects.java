package io.walferry.job.schema;

import io.walferry.job.catalog.CatalogReader;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.Finding;
import io.walferry.job.schema.SqlTokens.Kind;
import io.walferry.job.schema.SqlTokens.Token;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the target had under names of the plan. Such an object is kept, so whoever relies on it has to know whether it is the
 * source's: the target's structure is read and planned in the same way, and the statements are compared.
 */
public final class FormerObjects {

    private static final String DIFFERS = "the target has one of that name, and its definition reads differently";
    private static final String UNKNOWN = "the target has something of that name, and it cannot be compared";

    private FormerObjects() {}

    /**
     * Those that are not as the task would make them, each with what is known of it. Nothing is changed.
     *
     * @param target with an empty {@code search_path}
     * @param own for people: objects that the task has made already
     */
    public static Map<ObjectName, String> differing(
            StructurePlan plan, Connection target, TargetDialect dialect, Set<String> own) throws SQLException {
        TargetObjects present = TargetObjects.read(target);
        List<Step> former = new ArrayList<>();
        Set<String> schemas = new HashSet<>();
        for (Step step : plan.steps()) {
            if (compared(step) && present.has(step.presence()) && !own.contains(step.object())) {
                former.add(step);
                schemas.add(step.name().id().schema());
            }
        }
        if (former.isEmpty()) {
            return Map.of();
        }
        List<String> patterns = schemas.stream()
                .sorted()
                .map(schema -> '"' + schema.replace("\"", "\"\"") + '"')
                .toList();
        Map<ObjectName, Step> there = new HashMap<>();
        StructurePlan.of(CatalogReader.read(target, new ObjectsConfig(patterns, List.of(), List.of())), dialect)
                .steps()
                .forEach(step -> there.put(alike(step.name()), step));
        Map<ObjectName, String> differing = new LinkedHashMap<>();
        for (Step step : former) {
            Step other = there.get(alike(step.name()));
            if (other == null || step.statements().stream().anyMatch(NewNamesSql::isOne)) {
                differing.put(step.name(), UNKNOWN);
            } else if (!statements(step, present).equals(statements(other, present))) {
                differing.put(step.name(), DIFFERS);
            }
        }
        return differing;
    }

    public static Finding finding(ObjectName object, String reason) {
        return Finding.warning(
                        "target " + object,
                        reason + ". It is kept",
                        "Compare both; drop the target's before the start, or exclude the source's in the task file")
                .because("what relies on it may act otherwise than at the source");
    }

    /** Tables are looked at by themselves; what belongs to them is there only if the task has made it. */
    private static boolean compared(Step step) {
        return step.makesObject()
                && switch (step.name().kind()) {
                    case SCHEMA,
                            EXTENSION,
                            TABLE,
                            INDEX,
                            CONSTRAINT,
                            DOMAIN_CONSTRAINT,
                            FOREIGN_KEY,
                            REPLICA_IDENTITY,
                            GRANT -> false;
                    default -> true;
                };
    }

    /** From 14 on, the arguments of a procedure are said to be IN. */
    private static ObjectName alike(ObjectName name) {
        return new ObjectName(name.kind(), name.id(), withoutIn(name.detail()));
    }

    private static String withoutIn(String arguments) {
        return arguments.replaceAll("(^|[(,] ?)IN ", "$1");
    }

    /** What the statements say, whichever version has written them; a comment is left to the target. */
    private static List<String> statements(Step step, TargetObjects present) {
        return step.statements().stream()
                .filter(sql -> !sql.startsWith("COMMENT ON "))
                .map(sql -> switch (step.name().kind()) {
                    case VIEW, MATERIALIZED_VIEW, RULE -> withoutAliases(sql, present);
                    case TRIGGER -> sql.replace(" EXECUTE PROCEDURE ", " EXECUTE FUNCTION ");
                    case FUNCTION, PROCEDURE, AGGREGATE -> withoutIn(sql);
                    default -> sql;
                })
                .collect(Collectors.toList());
    }

    /** From 16 on, a column is qualified only where it has to be. What a schema stands before stays qualified. */
    private static String withoutAliases(String sql, TargetObjects present) {
        List<Token> tokens = SqlTokens.of(sql);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean alias = token.name()
                    && i + 1 < tokens.size()
                    && tokens.get(i + 1).is(".")
                    && !present.has(Presence.schema(token.value()));
            if (alias) {
                i++;
            } else {
                text.append(token.kind() == Kind.QUOTED ? token.value() : sql.substring(token.start(), token.end()))
                        .append(' ');
            }
        }
        return text.toString();
    }
}
