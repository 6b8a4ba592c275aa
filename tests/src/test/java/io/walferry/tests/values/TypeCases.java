package io.walferry.tests.values;

import java.util.List;

/** Types and the values at their edges, as SQL expressions. */
final class TypeCases {

    private TypeCases() {}

    /**
     * @param name of its tables
     * @param type as SQL writes it
     * @param values each an expression, cast to the type by whoever uses it
     */
    record TypeCase(String name, String type, List<String> values) {}

    /** What the types below need. */
    static final List<String> DEFINITIONS = List.of(
            "CREATE EXTENSION hstore",
            "CREATE EXTENSION citext",
            "CREATE TYPE mood AS ENUM ('sad', 'so-so', 'very, \"very\" happy', 'ü', '')",
            "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
            "CREATE DOMAIN label AS varchar(20) DEFAULT 'none'",
            "CREATE TYPE pair AS (a int, b text)",
            "CREATE TYPE nested AS (p pair, l pair[], n numeric)",
            "CREATE COLLATION no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");

    static final List<TypeCase> ALL = List.of(
            type("bool", "bool", "true", "false"),
            type("char1", "\"char\"", "'a'", "''", "'~'", "'\\'", "' '"),
            type("name", "name", "'walferry'", "repeat('n', 63)", "''", "'a\"b c'"),
            type("int2", "int2", "-32768", "32767", "0"),
            type("int4", "int4", "-2147483648", "2147483647", "0"),
            type("int8", "int8", "'-9223372036854775808'", "9223372036854775807", "0"),
            type(
                    "numeric",
                    "numeric",
                    "'NaN'",
                    "'Infinity'",
                    "'-Infinity'",
                    "repeat('9', 131072)",
                    "'-0.' || repeat('7', 16383)",
                    "'0'",
                    "'0.000'",
                    "'1e-1000'",
                    "'10000'",
                    "'-1.500'"),
            type("numeric_10_2", "numeric(10,2)", "'NaN'", "99999999.99", "-99999999.99", "0"),
            type("float4", "float4", "'NaN'", "'Infinity'", "'-Infinity'", "'-0'", "'3.4028235e38'", "'1e-45'", "0.1"),
            type(
                    "float8",
                    "float8",
                    "'NaN'",
                    "'Infinity'",
                    "'-Infinity'",
                    "'-0'",
                    "'1.7976931348623157e308'",
                    "'5e-324'",
                    "'0.1'",
                    "'0.30000000000000004'"),
            type("money", "money", "'-92233720368547758.08'", "'92233720368547758.07'", "'0'", "'1234.56'"),
            type(
                    "text",
                    "text",
                    "''",
                    "repeat('0123456789abcdef', 65536)",
                    "E'tab\\there\\nline\\rreturn\\bback\\fform\\x0Bvertical'",
                    "E'\\\\N'",
                    "E'\\\\.'",
                    "E'back\\\\slash \\\\t \\\\\\\\'",
                    "E'quote '' \" , ; ( ) { } [ ]'",
                    "'äöü ß € 𝄞 👩‍👩‍👧 e' || U&'\\0301'",
                    "' leading and trailing '",
                    "'NULL'",
                    "E'\\x01\\x02\\x7f'",
                    "U&'\\FFFD\\FEFF\\200B'"),
            type("varchar", "varchar(10)", "''", "'1234567890'", "'a  '", "'ÄÖÜäöüß€'"),
            type("char5", "char(5)", "''", "'a'", "'  b'", "'12345'", "'€'"),
            type("bpchar", "bpchar", "''", "'a '"),
            type("bytea", "bytea", "''", "'\\x00'", "'\\x00ff5c0a0d27'", "decode(repeat('00ff5c6e', 262144), 'hex')"),
            type(
                    "timestamp",
                    "timestamp",
                    "'infinity'",
                    "'-infinity'",
                    "'4713-01-01 00:00:00 BC'",
                    "'0001-12-31 23:59:59.999999 BC'",
                    "'294276-12-31 23:59:59.999999'",
                    "'2000-01-01 00:00:00.1'"),
            type(
                    "timestamptz",
                    "timestamptz",
                    "'infinity'",
                    "'-infinity'",
                    "'4713-01-01 00:00:00+00 BC'",
                    "'294276-12-31 23:59:59.999999+00'",
                    "'2024-03-31 02:30:00+01'"),
            type("timestamp_0", "timestamp(0)", "'2024-02-29 12:34:56.7'", "'infinity'"),
            type("date", "date", "'infinity'", "'-infinity'", "'4713-01-01 BC'", "'5874897-12-31'", "'2024-02-29'"),
            type("time", "time", "'00:00'", "'24:00:00'", "'23:59:59.999999'"),
            type("timetz", "timetz", "'00:00+15:59:59'", "'24:00:00-15:59:59'", "'12:34:56.789+05:30'"),
            type(
                    "interval",
                    "interval",
                    "'178000000 years'",
                    "'-178000000 years'",
                    "'1 mon -1 day 00:00:00.000001'",
                    "'-1 mon +1 day -00:00:00.000001'",
                    "'0'",
                    "'1 day'",
                    "'24:00:00'",
                    "'2147483647:59:59.999999'"),
            type("uuid", "uuid", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
            type("bit", "bit(5)", "B'00000'", "B'11111'", "B'01010'"),
            type("varbit", "varbit", "B''", "B'1'", "repeat('01', 5000)"),
            type(
                    "xml",
                    "xml",
                    "'<a/>'",
                    "'<a b=\"c\">text &amp; &lt;more&gt;</a>'",
                    "'text and <b>content</b>'",
                    "'<?xml version=\"1.0\" standalone=\"yes\"?><a>é</a>'",
                    "''"),
            type(
                    "json",
                    "json",
                    "'{\"a\":1,  \"a\" : 2}'",
                    "'null'",
                    "E'[1,\\n\\t{\"b\": \"\\\\u00e9\\\\n\\\\\\\\\"}]'",
                    "'1e1000'",
                    "'\"\"'"),
            type(
                    "jsonb",
                    "jsonb",
                    "'{\"b\": [1, {\"c\": null}], \"a\": \"ü\\n\\\\\"}'",
                    "'null'",
                    "'1e1000'",
                    "'-0.000'",
                    "'{}'",
                    "'[]'",
                    "'\"\"'"),
            type("jsonpath", "jsonpath", "'$.a[*] ? (@.b > 1)'", "'strict $'"),
            type("tsvector", "tsvector", "'a:1A,2B fat''s:3 ''sp ace'':4C'", "''", "'a b'"),
            type("tsquery", "tsquery", "'a & !b | (c <-> d:*A)'", "''", "'''it''''s'''"),
            type("inet", "inet", "'0.0.0.0/0'", "'255.255.255.255'", "'10.1.2.3/8'", "'::ffff:1.2.3.4/96'", "'::'"),
            type("cidr", "cidr", "'10.0.0.0/8'", "'2001:db8::/32'", "'::1/128'"),
            type("macaddr", "macaddr", "'00:00:00:00:00:00'", "'ff:ff:ff:ff:ff:ff'"),
            type("macaddr8", "macaddr8", "'00:00:00:00:00:00:00:00'", "'08:00:2b:01:02:03:04:05'"),
            type("point", "point", "'(1,2)'", "'(-0,NaN)'", "'(1e308,Infinity)'", "'(0.1,0.30000000000000004)'"),
            type("line", "line", "'{1,-1,0}'", "'{0,1,2.5}'"),
            type("lseg", "lseg", "'[(0,0),(1,1)]'"),
            type("box", "box", "'(1,1),(0,0)'", "'(-1,5),(-2,3)'"),
            type("path", "path", "'[(0,0),(1,1)]'", "'((0,0),(1,1),(2,0))'"),
            type("polygon", "polygon", "'((0,0),(1,1),(2,0))'"),
            type("circle", "circle", "'<(1,2),3>'", "'<(0,0),0>'"),
            type("oid", "oid", "0", "'4294967295'"),
            type("xid", "xid", "'3'", "'4294967295'"),
            type("xid8", "xid8", "'0'", "'18446744073709551615'"),
            type("cid", "cid", "'0'", "'4294967295'"),
            type("tid", "tid", "'(0,0)'", "'(4294967295,65535)'"),
            type("regclass", "regclass", "'pg_catalog.pg_class'", "0"),
            type("regtype", "regtype", "'int4'", "'timestamptz[]'", "0"),
            type("regprocedure", "regprocedure", "'pg_catalog.lower(text)'"),
            type("regrole", "regrole", "'\"walferry-super\"'"),
            type("regnamespace", "regnamespace", "'pg_catalog'"),
            type("regconfig", "regconfig", "'pg_catalog.english'"),
            type("oidvector", "oidvector", "'1 2 3'", "''"),
            type("int2vector", "int2vector", "'1 -2 3'"),
            type("refcursor", "refcursor", "'cursor ''1'''"),
            type("pg_lsn", "pg_lsn", "'0/0'", "'FFFFFFFF/FFFFFFFF'"),
            type("txid_snapshot", "txid_snapshot", "'10:20:10,14,15'", "'1:1:'"),
            type("pg_snapshot", "pg_snapshot", "'10:20:10,14,15'"),
            type(
                    "int4_array",
                    "int4[]",
                    "'{}'",
                    "'{NULL}'",
                    "'{1,NULL,-2147483648}'",
                    "'[0:1]={1,2}'",
                    "'[-2:-1][3:4]={{1,2},{3,NULL}}'",
                    "'{{{1},{2}},{{3},{4}}}'"),
            type(
                    "text_array",
                    "text[]",
                    "'{}'",
                    "ARRAY['', 'NULL', NULL, 'a,b', E'q\"\\\\\\n\\t{}', ' ']",
                    "'[5:6]={\"x\",y}'",
                    "ARRAY[[repeat('l', 10000)], ['k']]"),
            type("numeric_array", "numeric[]", "'{NaN,1.0,1.00,Infinity}'"),
            type("float8_array", "float8[]", "'{NaN,-0,5e-324,Infinity}'"),
            type("bytea_array", "bytea[]", "ARRAY['\\x00'::bytea, '\\x5c22', NULL, '']"),
            type("date_array", "date[]", "'{infinity,\"4713-01-01 BC\",NULL}'"),
            type("jsonb_array", "jsonb[]", "ARRAY['{\"a\":\"\\\"\"}'::jsonb, 'null', NULL]"),
            type("box_array", "box[]", "'{(1,1),(0,0);(2,2),(1,1)}'"),
            type("bool_array", "bool[]", "'{t,f,NULL}'"),
            type("varchar_array", "varchar(5)[]", "'{abc,NULL}'"),
            type("int4range", "int4range", "'empty'", "'(,)'", "'[1,5)'", "'[-2147483648,)'"),
            type("int8range", "int8range", "'[1,9223372036854775807)'", "'empty'"),
            type("numrange", "numrange", "'(1.0,1.50]'", "'[NaN,NaN]'", "'empty'", "'[,1)'"),
            type("daterange", "daterange", "'[2024-01-01,infinity)'", "'(,2024-01-01)'"),
            type("tsrange", "tsrange", "'[\"2024-01-01 00:00:00\",\"infinity\"]'", "'(\"4713-01-01 BC\",)'"),
            type("tstzrange", "tstzrange", "'[\"2024-01-01 00:00:00+02\",)'"),
            type("range_array", "int4range[]", "'{\"[1,5)\",empty,NULL}'"),
            type("int4multirange", "int4multirange", "'{}'", "'{[1,2),[5,)}'", "'{(,)}'"),
            type("nummultirange", "nummultirange", "'{(1.0,1.50],[2,3)}'"),
            type("tstzmultirange", "tstzmultirange", "'{[\"2024-01-01 00:00:00+02\",)}'"),
            type("enumeration", "mood", "'sad'", "'very, \"very\" happy'", "'ü'", "''"),
            type("enum_array", "mood[]", "'{sad,\"very, \\\"very\\\" happy\",NULL,\"\"}'"),
            type("domain_int", "positive", "1", "2147483647"),
            type("domain_text", "label", "''", "'01234567890123456789'"),
            type("domain_array", "positive[]", "'{1,NULL,3}'"),
            type("composite", "pair", "'(,)'", "'(1,\"\")'", "ROW(-1, E'a\"b\\\\c,d(e)\\n')"),
            type(
                    "nested_composite",
                    "nested",
                    "ROW(ROW(1, 'x,\"y\"'), ARRAY[ROW(2, NULL)::pair, NULL, ROW(NULL, '')::pair], 'NaN')",
                    "'(,,)'"),
            type("composite_array", "pair[]", "ARRAY[ROW(1, '{\"a\"}')::pair, NULL]"),
            type("hstore", "hstore", "''", "'a=>NULL, \"b c\"=>\"d\\\"e\\\\\"'", "'\"\"=>\"\"'"),
            type("citext", "citext", "'AbC'", "'abc'", "''", "'Ä'"));

    /**
     * Types as keys.
     *
     * @param name of the table
     * @param type with its collation
     * @param value an expression with {@code i}, distinct for every number from 1 to 60
     * @param same two expressions of values that are equal and read differently, or none
     */
    record KeyCase(String name, String type, String value, List<String> same) {}

    static final List<KeyCase> KEYS = List.of(
            key("bytea", "bytea", "decode(lpad(to_hex(i * 7), 4, '0'), 'hex')"),
            key("enumeration", "mood", "(enum_range(NULL::mood))[i]"),
            key("bool", "bool", "(ARRAY[true, false])[i]"),
            key("citext", "citext", "CASE i % 2 WHEN 0 THEN 'K' ELSE 'k' END || i", "'aBc'", "'AbC'"),
            key("inet", "inet", "'10.0.0.0'::inet + i * 1000"),
            key("cidr", "cidr", "set_masklen('10.0.0.0'::cidr + i * 256, 24)"),
            key("macaddr", "macaddr", "('00:00:00:00:00:' || lpad(to_hex(i), 2, '0'))::macaddr"),
            key("oid", "oid", "(4294967295 - i)::oid"),
            key("interval", "interval", "i * interval '1 day 7 minutes'", "'1 mon'", "'30 days'"),
            key("bit", "bit(8)", "i::bit(8)"),
            key("varbit", "varbit", "substring(i::bit(8) from 1 + i % 2)  || i::bit(8)"),
            key("domain", "positive", "i"),
            key("domain_text", "label", "'l' || i"),
            key("int2", "int2", "(i - 30)::int2"),
            key("int8", "int8", "i * 1000000007::bigint"),
            key("numeric", "numeric", "i / 7.0", "'500.0'", "'500.00'"),
            key("numeric_nan", "numeric", "CASE i WHEN 3 THEN 'NaN'::numeric ELSE -i END"),
            key("float8", "float8", "CASE i WHEN 3 THEN 'NaN'::float8 ELSE i / 7.0 END", "'0'", "'-0'"),
            key("text", "text", "chr(64 + i) || E'\\t\\\\' || i"),
            key("text_c", "text COLLATE \"C\"", "CASE i % 2 WHEN 0 THEN 'Z' ELSE 'a' END || i"),
            key(
                    "text_icu",
                    "text COLLATE \"de-x-icu\"",
                    "CASE i % 3 WHEN 0 THEN 'ä' WHEN 1 THEN 'Z' ELSE 'a' END || i"),
            key("text_no_case", "text COLLATE no_case", "'k' || i", "'aBc'", "'AbC'"),
            key("char5", "char(5)", "'c' || i"),
            key("name", "name", "'n' || i"),
            key("char1", "\"char\"", "chr(33 + i)::\"char\""),
            key("date", "date", "CASE i WHEN 3 THEN 'infinity'::date ELSE '4713-01-01 BC'::date + i END"),
            key("timestamp", "timestamp", "'2000-01-01'::timestamp - i * interval '1.000001 s'"),
            key(
                    "timestamptz",
                    "timestamptz",
                    "CASE i WHEN 3 THEN '-infinity'::timestamptz ELSE '1999-12-31 23:00+02'::timestamptz + i * interval '1 month' END"),
            key("timetz", "timetz", "('00:00:00+00'::timetz + i * interval '1 minute')"),
            key("time", "time", "('00:00:00'::time + i * interval '1 minute')"),
            key("money", "money", "(i * 1.01)::numeric::money"),
            key("uuid", "uuid", "md5(i::text)::uuid"),
            key("int_array", "int[]", "ARRAY[i, NULL, -i]"),
            key("text_array", "text[]", "ARRAY['a,' || i, NULL]"),
            key("int4range", "int4range", "int4range(i, i + 3)"),
            key("jsonb", "jsonb", "jsonb_build_object('k', i)", "'5.0'", "'5.00'"),
            key("pg_lsn", "pg_lsn", "('0/' || to_hex(i * 16))::pg_lsn"),
            key("xid8", "xid8", "i::text::xid8"),
            key("composite", "pair", "ROW(i, 'p,' || i)::pair"),
            key("tsvector", "tsvector", "('w' || i || ':1')::tsvector"),
            key("hstore", "hstore", "hstore('k', i::text)"));

    private static TypeCase type(String name, String type, String... values) {
        return new TypeCase(name, type, List.of(values));
    }

    private static KeyCase key(String name, String type, String value, String... same) {
        return new KeyCase(name, type, value, List.of(same));
    }
}
