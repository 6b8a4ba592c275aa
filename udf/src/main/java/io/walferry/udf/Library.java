package io.walferry.udf;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.functions.ScalarFunction;

/** All functions by the names under which statements call them. */
public final class Library {

    private Library() {}

    public static Map<String, Class<? extends ScalarFunction>> functions() {
        Map<String, Class<? extends ScalarFunction>> functions = new TreeMap<>();
        functions.put("MASK", Mask.class);
        functions.put("MASK_KEEP", MaskKeep.class);
        functions.put("MASK_EMAIL", MaskEmail.class);
        functions.put("MASK_PHONE", MaskPhone.class);
        functions.put("MASK_CARD", MaskCard.class);
        functions.put("KEYED_HASH", KeyedHash.class);
        functions.put("REGEX_REPLACE", RegexReplace.class);
        functions.put("JSON_PATH", JsonPath.class);
        functions.put("SHIFT_ZONE", ShiftZone.class);
        functions.put("TO_NUMBER_OR", ToNumberOr.class);
        functions.put("BLANK_TO_NULL", BlankToNull.class);
        functions.put("NULL_TO_BLANK", NullToBlank.class);
        functions.put("TRUNCATE_CHARS", TruncateChars.class);
        functions.put("TRUNCATE_BYTES", TruncateBytes.class);
        return functions;
    }
}
