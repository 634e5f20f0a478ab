package io.mainstem.cli;

import java.util.Optional;

@picocli.CommandLine.Command
final class VersionCommand implements Command {

    @Override
    public int run(Console console) {
        String version = Optional.ofNullable(App.class.getPackage().getImplementationVersion())
                .orElse("(development)");
        console.result("mainstem " + version);
        return ExitCode.DONE;
    }
}
