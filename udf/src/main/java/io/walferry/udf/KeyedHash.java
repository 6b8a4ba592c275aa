package io.walferry.udf;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code KEYED_HASH(text, key)}: HMAC-SHA-256 of the text's UTF-8 bytes, as 64 hexadecimal digits. Equal texts stay equal, so
 * joins and counts still work, and without the key nobody can try texts. NULL gives NULL.
 */
public final class KeyedHash extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final String ALGORITHM = "HmacSHA256";

    private transient Mac mac;
    private transient String keyed;

    /** @throws IllegalArgumentException if the key is NULL or empty */
    public String eval(String text, String key) {
        if (key == null || key.isEmpty()) {
            throw new IllegalArgumentException("KEYED_HASH needs a key that is not NULL and not empty");
        }
        if (text == null) {
            return null;
        }
        if (!key.equals(keyed)) {
            try {
                mac = Mac.getInstance(ALGORITHM);
                mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has " + ALGORITHM, e);
            }
            keyed = key;
        }
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
