package io.mainstem.connectors.http.client;

import io.mainstem.api.Config;
import io.mainstem.api.Context;
import io.mainstem.api.Option;
import io.mainstem.api.StopException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** Makes the client by its configuration: deadlines, TLS, proxy. */
final class Transport {

    private final Config config;
    private final Context context;

    Transport(Config config, Context context) {
        this.config = config;
        this.context = context;
    }

    OkHttpClient client() {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .connectTimeout(config.get(ConnectionOptions.CONNECT_TIMEOUT))
                .readTimeout(config.get(ConnectionOptions.READ_TIMEOUT))
                .writeTimeout(config.get(ConnectionOptions.READ_TIMEOUT))
                .callTimeout(config.get(ConnectionOptions.CALL_TIMEOUT))
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(true);
        FollowUpGuard.addTo(builder);
        if (!config.get(ConnectionOptions.HTTP2)) {
            builder.protocols(List.of(Protocol.HTTP_1_1));
        }
        if (config.get(ConnectionOptions.PRIVATE_ADDRESSES) == ConnectionOptions.PrivateAddresses.REFUSE
                && config.find(ConnectionOptions.PROXY).isEmpty()) {
            builder.socketFactory(new GuardedSockets());
        }
        config.find(ConnectionOptions.PROXY).ifPresent(proxy -> proxy(builder, proxy));
        if (config.isSet(ConnectionOptions.CA) || config.isSet(ConnectionOptions.CLIENT_CERTIFICATE)) {
            tls(builder);
        }
        return builder.build();
    }

    private void proxy(OkHttpClient.Builder builder, String address) {
        int colon = address.lastIndexOf(':');
        builder.proxy(new Proxy(
                Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(
                        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))));
        config.find(ConnectionOptions.PROXY_USER).ifPresent(user -> {
            String credentials = Credentials.basic(
                    user, config.find(ConnectionOptions.PROXY_PASSWORD).orElse(""), StandardCharsets.UTF_8);
            builder.proxyAuthenticator((route, response) -> response.request().header("Proxy-Authorization") != null
                    ? null
                    : response.request()
                            .newBuilder()
                            .header("Proxy-Authorization", credentials)
                            .build());
        });
    }

    private void tls(OkHttpClient.Builder builder) {
        try {
            X509TrustManager trust = trust();
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(keys(), new TrustManager[] {trust}, null);
            builder.sslSocketFactory(tls.getSocketFactory(), trust);
        } catch (GeneralSecurityException | IOException e) {
            throw new StopException(
                    "http.tls",
                    "the certificates of this connection cannot be used: " + e.getMessage(),
                    "Check the files of 'client-certificate', 'client-key' and 'ca'.",
                    e);
        }
    }

    private X509TrustManager trust() throws GeneralSecurityException, IOException {
        @Nullable KeyStore store = null;
        if (config.isSet(ConnectionOptions.CA)) {
            store = emptyStore();
            int count = 0;
            for (Certificate certificate : Pem.certificates(read(ConnectionOptions.CA))) {
                store.setCertificateEntry("ca-" + count++, certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private KeyManager[] keys() throws GeneralSecurityException, IOException {
        if (!config.isSet(ConnectionOptions.CLIENT_CERTIFICATE)) {
            return new KeyManager[0];
        }
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "client",
                Pem.privateKey(read(ConnectionOptions.CLIENT_KEY)),
                new char[0],
                Pem.certificates(read(ConnectionOptions.CLIENT_CERTIFICATE)).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private String read(Option<String> file) throws IOException {
        return Files.readString(context.resolve(config.get(file)), StandardCharsets.US_ASCII);
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
