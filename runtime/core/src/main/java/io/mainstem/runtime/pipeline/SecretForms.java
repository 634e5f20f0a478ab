package io.mainstem.runtime.pipeline;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** What a secret looks like inside of other text. */
final class SecretForms {

    /** Fewer characters in the middle of a Base64 could be anything. */
    private static final int BASE64_LEAST = 8;

    private SecretForms() {}

    /** The secret itself first. */
    static Set<String> of(String secret) {
        Set<String> forms = new LinkedHashSet<>();
        forms.add(secret);
        String form = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        forms.add(form);
        forms.add(form.replace("+", "%20"));
        forms.add(lowerHex(form));
        forms.add(lowerHex(form.replace("+", "%20")));
        forms.add(new String(JsonStringEncoder.getInstance().quoteAsString(secret)));
        for (int before = 0; before < 3; before++) {
            addBase64(secret.getBytes(StandardCharsets.UTF_8), before, forms);
        }
        return forms;
    }

    private static String lowerHex(String encoded) {
        StringBuilder lower = new StringBuilder(encoded);
        for (int i = encoded.indexOf('%'); i >= 0; i = encoded.indexOf('%', i + 1)) {
            lower.replace(i, i + 3, encoded.substring(i, i + 3).toLowerCase(Locale.ROOT));
        }
        return lower.toString();
    }

    /** The characters that the secret alone decides, when so many bytes modulo three stand in front of it. */
    private static void addBase64(byte[] secret, int before, Set<String> forms) {
        byte[] padded = new byte[before + secret.length];
        System.arraycopy(secret, 0, padded, before, secret.length);
        int begin = (before * 8 + 5) / 6;
        int end = padded.length * 8 / 6;
        if (end - begin >= BASE64_LEAST) {
            String standard = Base64.getEncoder().encodeToString(padded).substring(begin, end);
            forms.add(standard);
            forms.add(standard.replace('+', '-').replace('/', '_'));
        }
    }
}
