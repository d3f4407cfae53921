package dev.verhulst.service;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The direction of dependencies: service → heads → kernels, service → client.protocol, service →
 * the generated gRPC protocol, and nothing back.
 */
@AnalyzeClasses(packages = "dev.verhulst", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule kernelsKnowNeitherServerNorClientNorFramework =
      noClasses()
          .that()
          .resideInAPackage("dev.verhulst.kernels..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.verhulst.service..",
              "dev.verhulst.client..",
              "org.springframework..",
              "io.micrometer..",
              "jakarta..",
              "tools.jackson..");

  @ArchTest
  static final ArchRule headsKnowTheKernelsAlone =
      noClasses()
          .that()
          .resideInAPackage("dev.verhulst.heads..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.verhulst.service..",
              "dev.verhulst.client..",
              "org.springframework..",
              "io.micrometer..",
              "jakarta..");

  @ArchTest
  static final ArchRule theCommandLineOfHeadsIsNobodysButItsOwn =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.verhulst.heads.command..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.verhulst.heads.command..", "picocli..", "me.tongfei.progressbar..");

  @ArchTest
  static final ArchRule backendsKnowNothingOfEachOther =
      slices().matching("dev.verhulst.kernels.(cpu|cuda)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule theClientStandsAlone =
      classes()
          .that()
          .resideInAPackage("dev.verhulst.client..")
          .and()
          .resideOutsideOfPackages("dev.verhulst.client.micrometer..", "dev.verhulst.client.grpc..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.verhulst.client..",
              "java..",
              "javax.net.ssl..",
              "tools.jackson.core..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule nothingOfTheClientNeedsItsOptionalParts =
      noClasses()
          .that()
          .resideInAPackage("dev.verhulst.client..")
          .and()
          .resideOutsideOfPackages("dev.verhulst.client.micrometer..", "dev.verhulst.client.grpc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.verhulst.client.micrometer..", "dev.verhulst.client.grpc..");

  @ArchTest
  static final ArchRule theServiceTakesOnlyTheProtocolFromTheClient =
      noClasses()
          .that()
          .resideInAPackage("dev.verhulst.service..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("dev.verhulst.client..")
                  .and(
                      com.tngtech.archunit.base.DescribedPredicate.not(
                          JavaClass.Predicates.resideInAPackage(
                              "dev.verhulst.client.protocol.."))));

  @ArchTest
  static final ArchRule codecsKnowNothingOfEachOther =
      slices().matching("dev.verhulst.service.(rest|grpc)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule onlyTheGrpcPackageKnowsGrpc =
      noClasses()
          .that()
          .resideInAPackage("dev.verhulst.service..")
          .and()
          .resideOutsideOfPackage("dev.verhulst.service.grpc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "dev.verhulst.grpc..");

  @ArchTest
  static final ArchRule theGeneratedProtocolStandsAlone =
      noClasses()
          .that()
          .resideInAPackage("dev.verhulst.grpc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.verhulst.service..", "dev.verhulst.client..", "dev.verhulst.kernels..");

  @ArchTest
  static final ArchRule onlyTheDevicePackageChoosesABackend =
      noClasses()
          .that()
          .resideInAPackage("dev.verhulst.service..")
          .and()
          .resideOutsideOfPackage("dev.verhulst.service.device..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.verhulst.kernels.cpu..", "dev.verhulst.kernels.cuda..");

  @ArchTest
  static final ArchRule packagesOfTheServiceHaveNoCycles =
      slices().matching("dev.verhulst.service.(*)..").should().beFreeOfCycles();
}
