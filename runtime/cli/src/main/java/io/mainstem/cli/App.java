package io.mainstem.cli;

import java.util.Optional;

/** The entry point of the {@code mainstem} command. */
public final class App {
    private App() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        System.out.println("mainstem " + version());
    }

    private static String version() {
        return Optional.ofNullable(App.class.getPackage().getImplementationVersion())
                .orElse("(development)");
    }
}
