package io.mainstem.cli;

@picocli.CommandLine.Command
final class SchemaOpenApiCommand implements Command {

    @Override
    public int run(Console console) {
        console.result(OpenApiRoute.document().toPrettyString());
        return ExitCode.DONE;
    }
}
