package io.mainstem.connectors.http.client;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Keys and certificates in PEM. */
public final class Pem {

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    private Pem() {}

    static PrivateKey privateKey(String pem, String algorithm) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes(pem)));
    }

    /** The private key in a text, of whatever kind it is. */
    public static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        GeneralSecurityException last = new InvalidKeySpecException("no private key");
        for (String algorithm : ALGORITHMS) {
            try {
                return privateKey(pem, algorithm);
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw last;
    }

    /** All certificates in a text. */
    public static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        return List.copyOf(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
    }

    private static byte[] bytes(String pem) throws InvalidKeySpecException {
        int begin = pem.indexOf("-----BEGIN PRIVATE KEY-----");
        int end = pem.indexOf("-----END PRIVATE KEY-----");
        if (begin < 0 || end < begin) {
            throw new InvalidKeySpecException("it has no part '-----BEGIN PRIVATE KEY-----' (PKCS #8)");
        }
        return Base64.getMimeDecoder().decode(pem.substring(begin + 27, end));
    }
}
