package io.mainstem.runtime.schema;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Names in Avro's alphabet: letters, digits and underscores of ASCII, the first of them not a digit. */
final class AvroNames {

    private final Set<String> records = new HashSet<>();

    /** A legal name that is close to any text: punctuation becomes an underscore, other letters their code point. */
    static String legal(String name) {
        StringBuilder out = new StringBuilder(name.length());
        name.codePoints().forEach(c -> append(out, c));
        if (out.isEmpty() || Character.isDigit(out.charAt(0))) {
            out.insert(0, '_');
        }
        return out.toString();
    }

    private static void append(StringBuilder out, int codePoint) {
        if (codePoint > 0x7f) {
            out.append("_u").append(Integer.toHexString(codePoint));
            return;
        }
        boolean isLegal = codePoint >= 'a' && codePoint <= 'z'
                || codePoint >= 'A' && codePoint <= 'Z'
                || codePoint >= '0' && codePoint <= '9';
        out.append(isLegal ? (char) codePoint : '_');
    }

    /** A name for a record that no other record of this schema has. */
    String unique(String name) {
        String candidate = name;
        for (int i = 2; !records.add(candidate); i++) {
            candidate = name + "_" + i;
        }
        return candidate;
    }

    /** Makes the names of the fields of one record, which differ. */
    static final class OfFields {
        private final String record;
        private final Map<String, String> originals = new HashMap<>();

        OfFields(String record) {
            this.record = record;
        }

        String legal(String name) {
            String legal = AvroNames.legal(name);
            String other = originals.put(legal, name);
            if (other != null) {
                throw new SchemaException("the fields '" + other + "' and '" + name + "' of '" + record
                        + "' are both named '" + legal + "' in Avro; rename one of them");
            }
            return legal;
        }
    }
}
