package io.mainstem.connectors.http.webhook;

import com.sun.net.httpserver.Headers;
import io.mainstem.api.Config;
import io.mainstem.connectors.http.webhook.WebhookOptions.Encoding;
import io.mainstem.connectors.http.webhook.WebhookOptions.Signature;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Whether a request comes from who knows the secret, and not from who has recorded it. Thread-safe. */
final class SignatureCheck {

    private final Config config;
    private final Clock clock;

    SignatureCheck(Config config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** What is wrong with a request; empty when it is signed rightly. */
    Optional<String> problem(Headers headers, byte[] body) {
        return switch (config.get(WebhookOptions.SIGNATURE)) {
            case NONE -> Optional.empty();
            case GITHUB -> signed(headers, "X-Hub-Signature-256", "sha256=", body, Encoding.HEX);
            case SHOPIFY -> signed(headers, "X-Shopify-Hmac-Sha256", "", body, Encoding.BASE64);
            case SLACK -> slack(headers, body);
            case STRIPE -> stripe(headers, body);
            case HMAC -> hmac(headers, body);
        };
    }

    private Optional<String> slack(Headers headers, byte[] body) {
        @Nullable String time = headers.getFirst("X-Slack-Request-Timestamp");
        return tooOld("X-Slack-Request-Timestamp", time)
                .or(() -> signed(headers, "X-Slack-Signature", "v0=", joined("v0:" + time + ":", body), Encoding.HEX));
    }

    /** {@code t=1492774577,v1=5257a869...,v1=...}: the time, and a signature for each secret. */
    private Optional<String> stripe(Headers headers, byte[] body) {
        @Nullable String header = headers.getFirst("Stripe-Signature");
        if (header == null) {
            return Optional.of("there is no header Stripe-Signature");
        }
        @Nullable String time = null;
        List<String> signatures = new ArrayList<>();
        for (String part : header.split(",")) {
            String[] pair = part.strip().split("=", 2);
            if (pair.length == 2 && pair[0].equals("t")) {
                time = pair[1];
            } else if (pair.length == 2 && pair[0].equals("v1")) {
                signatures.add(pair[1]);
            }
        }
        byte[] signed = joined(time + ".", body);
        return tooOld("Stripe-Signature", time).or(() -> matches(signatures, signed, Encoding.HEX));
    }

    private Optional<String> hmac(Headers headers, byte[] body) {
        Optional<String> timeHeader = config.find(WebhookOptions.HMAC_TIME_HEADER);
        @Nullable String time = timeHeader.map(headers::getFirst).orElse(null);
        Optional<String> old = timeHeader.flatMap(name -> tooOld(name, time));
        byte[] signed = content(headers, String.valueOf(time), body);
        return old.or(() -> signed(
                headers,
                config.get(WebhookOptions.HMAC_HEADER),
                config.get(WebhookOptions.HMAC_PREFIX),
                signed,
                config.get(WebhookOptions.HMAC_ENCODING)));
    }

    private byte[] content(Headers headers, String time, byte[] body) {
        String content = config.find(WebhookOptions.HMAC_CONTENT)
                .orElse(config.isSet(WebhookOptions.HMAC_TIME_HEADER) ? "{time}.{body}" : "{body}");
        String id = config.find(WebhookOptions.ID_HEADER).map(headers::getFirst).orElse("");
        int at = content.indexOf("{body}");
        return joined(
                content.substring(0, at).replace("{time}", time).replace("{id}", id),
                body,
                content.substring(at + "{body}".length())
                        .replace("{time}", time)
                        .replace("{id}", id));
    }

    private static byte[] joined(String beginning, byte[] body) {
        return joined(beginning, body, "");
    }

    private static byte[] joined(String beginning, byte[] body, String end) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(beginning.length() + body.length + end.length());
        all.writeBytes(beginning.getBytes(StandardCharsets.UTF_8));
        all.writeBytes(body);
        all.writeBytes(end.getBytes(StandardCharsets.UTF_8));
        return all.toByteArray();
    }

    private Optional<String> tooOld(String header, @Nullable String time) {
        if (time == null || !time.matches("[0-9]{1,12}")) {
            return Optional.of("there is no time, in seconds since 1970, in the header " + header);
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), clock.instant());
        Duration window = config.get(WebhookOptions.REPLAY_WINDOW);
        if (age.abs().compareTo(window) <= 0) {
            return Optional.empty();
        }
        return Optional.of("the time in the header " + header + " is "
                + age.abs().toSeconds() + " s "
                + (age.isNegative() ? "in the future" : "old") + ", and 'replay-window' is " + window.toSeconds()
                + " s");
    }

    private Optional<String> signed(Headers headers, String name, String prefix, byte[] signed, Encoding encoding) {
        @Nullable String value = headers.getFirst(name);
        if (value == null || !value.startsWith(prefix)) {
            return Optional.of("there is no header " + name);
        }
        return matches(List.of(value.substring(prefix.length())), signed, encoding);
    }

    /** Compares in a time that does not depend on how much is right. */
    private Optional<String> matches(List<String> signatures, byte[] signed, Encoding encoding) {
        for (String secret : config.get(WebhookOptions.SECRETS)) {
            byte[] expected = expected(secret, signed);
            for (String signature : signatures) {
                if (MessageDigest.isEqual(expected, decoded(signature.strip(), encoding))) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of("the signature does not fit");
    }

    private static byte[] decoded(String signature, Encoding encoding) {
        try {
            return encoding == Encoding.HEX
                    ? HexFormat.of().parseHex(signature)
                    : Base64.getDecoder().decode(signature);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private byte[] expected(String secret, byte[] signed) {
        boolean general = config.get(WebhookOptions.SIGNATURE) == Signature.HMAC;
        String algorithm = general ? config.get(WebhookOptions.HMAC_ALGORITHM) : "HmacSHA256";
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return mac.doFinal(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
