package io.mainstem.api;

/** Makes providers of secrets, whose options stand below {@code secrets} in {@code mainstem.yaml}. */
public interface SecretProviderFactory extends Factory<SecretProvider> {

    /** None: there are none to declare. */
    @Override
    default Capabilities capabilities(Config config) {
        return Capabilities.of();
    }
}
