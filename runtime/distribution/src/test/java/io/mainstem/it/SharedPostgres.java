package io.mainstem.it;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A PostgreSQL server for the tests of the class that registers it in a static field: there before the first test, gone behind the last.
 * Each test takes databases of its own.
 */
final class SharedPostgres implements BeforeAllCallback, AfterAllCallback {

    private Postgres server;

    @Override
    public void beforeAll(ExtensionContext tests) throws Exception {
        server = Postgres.start();
    }

    @Override
    public void afterAll(ExtensionContext tests) throws IOException {
        server.close();
    }

    /** Makes an empty database, and gives its address, without a user. */
    String newUrl() throws Exception {
        return server.newUrl();
    }

    /** The password of the user "loader". */
    String password() {
        return server.password();
    }
}
