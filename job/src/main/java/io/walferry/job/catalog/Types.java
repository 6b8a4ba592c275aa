package io.walferry.job.catalog;

import io.walferry.job.sql.Identifier;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What the types of columns are called in SQL, and how their values may travel and be compared. */
final class Types {

    private static final int NO_MODIFIER = -1;
    private static final int INFINITE_INTERVALS = 170000;

    /** Two values are equal if and only if their texts are; {@code bpchar} and {@code numeric} only with a modifier. */
    private static final Set<String> TIGHT = Set.of(
            "bool",
            "bytea",
            "char",
            "name",
            "int8",
            "int2",
            "int4",
            "text",
            "oid",
            "varchar",
            "bpchar",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "bit",
            "varbit",
            "numeric",
            "uuid",
            "inet",
            "cidr",
            "macaddr",
            "macaddr8",
            "pg_lsn");

    private static final Set<String> NEEDS_MODIFIER = Set.of("bpchar", "numeric");

    /**
     * The binary form is the same on every server from 10 on: not {@code money} (locale), not {@code xml} (encoding
     * declaration), not {@code regclass} and its like (OIDs), no types of the server's inner life.
     */
    private static final Set<String> SAME_BINARY = Set.of(
            "bool",
            "bytea",
            "char",
            "name",
            "int8",
            "int2",
            "int4",
            "text",
            "oid",
            "json",
            "jsonb",
            "point",
            "lseg",
            "path",
            "box",
            "polygon",
            "line",
            "circle",
            "float4",
            "float8",
            "macaddr",
            "macaddr8",
            "inet",
            "cidr",
            "bpchar",
            "varchar",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "timetz",
            "interval",
            "bit",
            "varbit",
            "numeric",
            "uuid",
            "pg_lsn");

    private final int serverVersion;
    private final Map<Long, TypeInfo> types = new HashMap<>();

    /** @param types those of the columns, and all that they are made of */
    Types(int serverVersion, Collection<TypeInfo> types) {
        this.serverVersion = serverVersion;
        types.forEach(type -> this.types.put(type.oid(), type));
    }

    TypeInfo get(long oid) {
        TypeInfo type = types.get(oid);
        if (type == null) {
            throw new IllegalArgumentException("unknown type " + oid);
        }
        return type;
    }

    /** The type, or the element of an array. */
    TypeInfo elementOf(long oid) {
        TypeInfo type = get(oid);
        return type.element() == 0 ? type : get(type.element());
    }

    /**
     * SQL of the type, schema-qualified: to an Oracle-compatible server a bare name is another type.
     *
     * @param userModifier SQL of the modifier if the type is not built in, {@code (Point,4326)}
     */
    String sql(long oid, int modifier, String userModifier) {
        TypeInfo type = elementOf(oid);
        String name = plain(type.name()) ? type.name() : Identifier.quoted(type.name());
        return (type.builtIn()
                        ? "pg_catalog." + name + modifier(type.name(), modifier)
                        : Identifier.quoted(type.schema()) + "." + Identifier.quoted(type.name()) + userModifier)
                + brackets(oid);
    }

    /** SQL of the type without its modifier. */
    String bareSql(long oid) {
        TypeInfo type = elementOf(oid);
        String schema = type.builtIn() ? "pg_catalog" : Identifier.quoted(type.schema());
        return schema + "." + Identifier.quoted(type.name()) + brackets(oid);
    }

    private String brackets(long oid) {
        return get(oid).element() == 0 ? "" : "[]";
    }

    private static boolean plain(String name) {
        return !name.equals("char")
                && name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_');
    }

    /**
     * The modifier of a built-in type as its input function takes it.
     *
     * @see <a href="https://www.postgresql.org/docs/current/sql-createtype.html">type_modifier_input_function</a>
     */
    static String modifier(String type, int modifier) {
        if (modifier == NO_MODIFIER) {
            return "";
        }
        return switch (type) {
            case "varchar", "bpchar" -> "(" + (modifier - 4) + ")";
            case "numeric" -> {
                int value = modifier - 4;
                // The scale has 11 bits, signed, since it may be negative (version 15).
                yield "(" + (value >> 16 & 0xFFFF) + "," + (((value & 0x7FF) ^ 0x400) - 0x400) + ")";
            }
            case "interval" -> {
                // Fields as a mask: after a qualified name the words (DAY TO SECOND) are no syntax.
                int fields = modifier >> 16 & 0x7FFF;
                int precision = modifier & 0xFFFF;
                yield precision == 0xFFFF ? "(" + fields + ")" : "(" + fields + "," + precision + ")";
            }
            default -> "(" + modifier + ")";
        };
    }

    /** Whether values with different texts may be equal to the server. */
    boolean looseEquality(long oid, int modifier, boolean deterministicCollation) {
        TypeInfo type = get(oid);
        return switch (type.kind()) {
            case 'd' -> looseEquality(type.base(), type.baseModifier(), deterministicCollation);
            case 'e' -> false;
            default -> !(type.builtIn()
                    && TIGHT.contains(type.name())
                    && deterministicCollation
                    && (modifier != NO_MODIFIER || !NEEDS_MODIFIER.contains(type.name())));
        };
    }

    /** Whether the COPY binary form means the same on every server. */
    boolean binarySafe(long oid) {
        TypeInfo type = get(oid);
        if (type.kind() == 'e') {
            // An enum's binary form is its label; in an array the element's OID, which differs, would come with it.
            return true;
        }
        if (type.kind() == 'd') {
            return binarySafe(type.base());
        }
        if (!type.builtIn()) {
            return false;
        }
        if (type.element() != 0) {
            return binarySafe(type.element());
        }
        if (type.subtype() != 0) {
            return binarySafe(type.subtype());
        }
        // What 17 sends as infinity is a huge finite interval to older servers.
        return SAME_BINARY.contains(type.name())
                && !(type.name().equals("interval") && serverVersion >= INFINITE_INTERVALS);
    }
}
