// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The arrows of docs/architecture.md. A new package is one of what all programs share, unless it
 * lies below a program's or an adapter's.
 */
@AnalyzeClasses(packages = "io.virtmover", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String AGENT = "io.virtmover.agent..";
  private static final String CONTROLLER = "io.virtmover.controller..";
  private static final String PLUGIN = "io.virtmover.velero..";
  private static final String GRPC = "io.grpc..";
  private static final String LAB = "io.virtmover.lab..";
  private static final String HTTP = "io.virtmover.http..";
  private static final String S3 = "io.virtmover.objectstore.s3..";
  private static final String AWS_SDK = "software.amazon.awssdk..";
  private static final String HTTP_CLIENT = "org.apache.hc..";

  @ArchTest
  static final ArchRule WHAT_IS_SHARED_KNOWS_NEITHER_PROGRAMS_NOR_ADAPTERS =
      noClasses()
          .that(resideOutsideOfPackages(AGENT, CONTROLLER, PLUGIN, LAB, HTTP, S3))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  AGENT,
                  CONTROLLER,
                  PLUGIN,
                  LAB,
                  HTTP,
                  S3,
                  AWS_SDK,
                  HTTP_CLIENT,
                  GRPC,
                  "io.quarkus.."));

  /** Velero starts it every ten seconds: it carries nothing that it does not use. */
  @ArchTest
  static final ArchRule THE_PLUGIN_STAYS_LIGHT =
      noClasses()
          .that(resideInAPackage(PLUGIN))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  AGENT,
                  CONTROLLER,
                  LAB,
                  HTTP,
                  S3,
                  AWS_SDK,
                  HTTP_CLIENT,
                  "io.quarkus..",
                  "io.fabric8.."));

  @ArchTest
  static final ArchRule ONLY_THE_PLUGINS_PROTOCOL_KNOWS_GRPC =
      noClasses()
          .that(
              resideInAPackage(PLUGIN)
                  .and(
                      resideOutsideOfPackages(
                          "io.virtmover.velero.protocol..", "io.virtmover.velero.wire..")))
          .should()
          .dependOnClassesThat(resideInAnyPackage(GRPC, "io.virtmover.velero.wire.."));

  @ArchTest
  static final ArchRule ADAPTERS_KNOW_NO_PROGRAM =
      noClasses()
          .that(resideInAnyPackage(HTTP, S3))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(AGENT, CONTROLLER, PLUGIN, LAB, "io.quarkus..", "picocli.."));

  @ArchTest
  static final ArchRule THE_LAB_IS_NEVER_SHIPPED =
      noClasses()
          .that(resideInAnyPackage(AGENT, CONTROLLER, PLUGIN))
          .should()
          .dependOnClassesThat(resideInAPackage(LAB));

  @ArchTest
  static final ArchRule CONTROLLER_AND_MOVER_MEET_IN_THE_CONTRACT_ALONE =
      noClasses()
          .that(resideInAPackage(CONTROLLER))
          .should()
          .dependOnClassesThat(resideInAnyPackage(AGENT, PLUGIN));

  @ArchTest
  static final ArchRule THE_LAB_KNOWS_NOTHING_OF_THE_PRODUCT =
      noClasses()
          .that(resideInAPackage(LAB))
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.virtmover..").and(resideOutsideOfPackages(LAB)));

  @ArchTest
  static final ArchRule ONLY_THE_ADAPTER_KNOWS_THE_AWS_SDK =
      noClasses()
          .that(resideOutsideOfPackages(S3))
          .should()
          .dependOnClassesThat(resideInAPackage(AWS_SDK));

  @ArchTest
  static final ArchRule IMAGE_FORMATS_KNOW_NO_REPOSITORY =
      noClasses()
          .that(resideInAPackage("io.virtmover.agent.image.."))
          .should()
          .dependOnClassesThat(resideInAPackage("io.virtmover.repository.."));

  @ArchTest
  static final ArchRule NO_CIRCLES =
      slices().matching("io.virtmover.(**)").should().beFreeOfCycles();
}
