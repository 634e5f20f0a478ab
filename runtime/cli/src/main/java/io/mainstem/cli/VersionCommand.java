package io.mainstem.cli;

import java.util.Optional;

@picocli.CommandLine.Command
final class VersionCommand implements Command {

    @Override
    public int run(Console console) {
        console.result("mainstem " + version());
        return ExitCode.DONE;
    }

    static String version() {
        return Optional.ofNullable(App.class.getPackage().getImplementationVersion())
                .orElse("(development)");
    }
}
