package io.mainstem.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the arrows between the packages of the runtime that the build cannot hold between modules. */
@AnalyzeClasses(packages = "io.mainstem.runtime", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("io.mainstem.runtime.(*)..")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyThePipelinePackageReadsYaml = noClasses()
            .that()
            .resideOutsideOfPackage("io.mainstem.runtime.pipeline..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.snakeyaml..")
            .because("one reader keeps the line and column of every key")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyCronTimesLoadQuartz = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.mainstem.runtime.schedule.CronTimes")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.quartz..")
            .because("a start that has no cron expression does not wait for it")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theRuntimeKnowsNoDatabase = noClasses()
            .that()
            // It reads the SQLSTATE of an exception, whoever threw it.
            .doNotHaveSimpleName("LetterCause")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..")
            .because("databases are reached by connectors")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theCoreServesNoHttp = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.sun.net.httpserver..", "io.mainstem.server..")
            .because("io.mainstem.server alone opens ports, checks tokens and sets limits")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theWorkerKnowsNotWhoAsks = noClasses()
            .that()
            .resideInAPackage("io.mainstem.runtime.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.mainstem.cli..",
                    "io.mainstem.runtime.admin..",
                    "io.mainstem.server..",
                    "io.mainstem.runtime.ui..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule outerPackagesReachTheWorkerThroughAdmin = noClasses()
            .that()
            .resideInAPackage("io.mainstem.runtime.ui..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.mainstem.runtime.worker..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theRuntimeSeesOnlyTheContractOfTheLog = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.mainstem.log.embedded..", "io.mainstem.log.kafka..", "org.apache.kafka..")
            .because("the command line alone picks which log a worker runs on")
            .allowEmptyShould(true);
}
