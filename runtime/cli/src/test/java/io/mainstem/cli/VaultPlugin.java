package io.mainstem.cli;

import io.mainstem.api.Config;
import io.mainstem.api.ConfigSpec;
import io.mainstem.api.Context;
import io.mainstem.api.Factory;
import io.mainstem.api.Option;
import io.mainstem.api.Plugin;
import io.mainstem.api.SecretProvider;
import io.mainstem.api.SecretProviderFactory;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** A plugin with a provider of secrets: those in a file of lines such as {@code db/password=...}. */
public final class VaultPlugin implements Plugin {

    /** Made by the plugin loader. */
    public VaultPlugin() {}

    @Override
    public List<Factory<?>> factories() {
        return List.of(new VaultFactory());
    }

    private static final class VaultFactory implements SecretProviderFactory {

        private static final Option<String> FILE =
                Option.text("file").doc("The file of the secrets.").required();
        private static final Option<String> TOKEN =
                Option.text("token").doc("What opens it.").secret();

        @Override
        public String name() {
            return "vault";
        }

        @Override
        public String summary() {
            return "Looks secrets up in a file.";
        }

        @Override
        public ConfigSpec config() {
            return ConfigSpec.of(FILE, TOKEN);
        }

        @Override
        public SecretProvider create(Config config, Context context) {
            return new Vault(context.resolve(config.get(FILE)));
        }
    }

    private record Vault(Path file) implements SecretProvider {
        @Override
        public String get(String name) throws IOException {
            Properties secrets = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                secrets.load(reader);
            }
            String value = secrets.getProperty(name);
            if (value == null) {
                throw new IOException("the file " + file.getFileName() + " has no such line");
            }
            return value;
        }
    }
}
