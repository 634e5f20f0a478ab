package io.mainstem.runtime.pipeline;

import java.util.Map;

/**
 * What placeholders can name outside of a file: environment variables, and secrets of other places. Thread-safe.
 *
 * @param environment the environment variables
 * @param secrets the places that have secrets
 */
public record Outside(Map<String, String> environment, SecretProviders secrets) {

    /** Environment variables alone. */
    public static Outside of(Map<String, String> environment) {
        return new Outside(environment, SecretProviders.none());
    }
}
