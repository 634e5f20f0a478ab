package io.mainstem.connectors.http.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Config;
import io.mainstem.api.StopException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A signed JWT that says who asks for a token (RFC 7523). */
final class Assertion {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Duration LIFE = Duration.ofMinutes(5);

    private Assertion() {}

    static String sign(Config config, Instant now) {
        ConnectionOptions.JwtAlgorithm algorithm = config.get(ConnectionOptions.JWT_ALGORITHM);
        ObjectNode header = JSON.createObjectNode().put("alg", algorithm.name()).put("typ", "JWT");
        ObjectNode claims = JSON.createObjectNode();
        claims.put("aud", config.get(ConnectionOptions.TOKEN_URL));
        config.find(ConnectionOptions.CLIENT_ID)
                .ifPresent(id -> claims.put("iss", id).put("sub", id));
        config.get(ConnectionOptions.JWT_CLAIMS).forEach(claims::put);
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(LIFE).getEpochSecond());
        claims.put("jti", UUID.randomUUID().toString());
        String signed = encode(header.toString()) + "." + encode(claims.toString());
        try {
            return signed + "."
                    + BASE64.encodeToString(signature(algorithm, config.get(ConnectionOptions.JWT_KEY), signed));
        } catch (GeneralSecurityException e) {
            throw new StopException(
                    "http.auth",
                    "the key of 'jwt-key' cannot sign with " + algorithm + ": " + e.getMessage(),
                    "Give a private key in PEM (PKCS #8) that fits 'jwt-algorithm'.",
                    e);
        }
    }

    private static String encode(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] signature(ConnectionOptions.JwtAlgorithm algorithm, String key, String text)
            throws GeneralSecurityException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return switch (algorithm) {
            case HS256 -> {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                yield mac.doFinal(bytes);
            }
            case RS256 -> signed("SHA256withRSA", "RSA", key, bytes);
            case ES256 -> signed("SHA256withECDSAinP1363Format", "EC", key, bytes);
        };
    }

    private static byte[] signed(String algorithm, String keyAlgorithm, String pem, byte[] bytes)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(Pem.privateKey(pem, keyAlgorithm));
        signature.update(bytes);
        return signature.sign();
    }
}
