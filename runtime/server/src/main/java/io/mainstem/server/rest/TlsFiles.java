package io.mainstem.server.rest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Reads the files of TLS. */
final class TlsFiles {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
    private static final char[] NO_PASSWORD = {};

    private TlsFiles() {}

    /** @throws IOException when a file cannot be read or is not what it should be; the message names it */
    static SSLContext context(RestOptions.Tls tls) throws IOException {
        PrivateKey key = key(tls.key());
        Collection<? extends Certificate> chain = certificates(tls.certificate());
        try {
            KeyStore own = empty();
            own.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), clients(tls), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the certificate '" + tls.certificate() + "' and the key '" + tls.key() + "' do not work together: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Without authorities of clients, no certificate of a client is right. */
    private static TrustManager[] clients(RestOptions.Tls tls) throws IOException, GeneralSecurityException {
        if (tls.clients().isEmpty()) {
            return new TrustManager[0];
        }
        KeyStore authorities = empty();
        int number = 0;
        for (Certificate authority : certificates(tls.clients().get())) {
            authorities.setCertificateEntry("client" + number++, authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities);
        return trust.getTrustManagers();
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new IOException("'" + file + "' has no certificate; it must be in PEM");
            }
            return all;
        } catch (GeneralSecurityException e) {
            throw new IOException("'" + file + "' has no certificate that can be read: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException {
        Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!matcher.find()) {
            throw notAKey(file);
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
        for (String algorithm : ALGORITHMS) {
            Optional<PrivateKey> key = key(algorithm, spec, file);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw notAKey(file);
    }

    /** Empty when it is a key of another algorithm: the format does not name it where it could be asked for. */
    private static Optional<PrivateKey> key(String algorithm, PKCS8EncodedKeySpec spec, Path file) throws IOException {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IOException("the key '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private static IOException notAKey(Path file) {
        return new IOException("'" + file + "' has no private key that can be read; it must be PEM of PKCS#8 without a"
                + " password: 'openssl pkcs8 -topk8 -nocrypt' makes one");
    }
}
