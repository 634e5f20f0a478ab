package io.mainstem.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the arrows around the control port, over all modules that a command brings. */
@AnalyzeClasses(packages = "io.mainstem", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule onlyTheServerServesHttp = noClasses()
            .that()
            .resideOutsideOfPackage("io.mainstem.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.net.httpserver..")
            .because("one place opens ports, checks tokens and sets limits");

    @ArchTest
    static final ArchRule theServerKnowsNotWhatItServes = noClasses()
            .that()
            .resideInAPackage("io.mainstem.server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.mainstem.cli..", "io.mainstem.runtime..", "io.mainstem.log..", "io.mainstem.api..")
            .because("what a request can reach is only what the command line hands in");
}
