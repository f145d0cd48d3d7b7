// SPDX-License-Identifier: Apache-2.0
package io.virtmover.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/architecture.md. */
@AnalyzeClasses(packages = "io.virtmover", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule COMMON_KNOWS_NO_PROGRAM =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.virtmover.domain..",
              "io.virtmover.failure..",
              "io.virtmover.image..",
              "io.virtmover.location..",
              "io.virtmover.objectstore..",
              "io.virtmover.repository..",
              "io.virtmover.transfer..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.virtmover.agent..", "io.virtmover.lab..");

  @ArchTest
  static final ArchRule THE_LAB_IS_NEVER_SHIPPED =
      noClasses()
          .that()
          .resideInAPackage("io.virtmover.agent..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.virtmover.lab..");

  @ArchTest
  static final ArchRule ONLY_THE_ADAPTER_KNOWS_THE_AWS_SDK =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.virtmover.objectstore.s3..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk..");

  @ArchTest
  static final ArchRule THE_STAND_INS_KNOW_NOTHING_OF_US =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.virtmover.lab.qemu..",
              "io.virtmover.lab.nbd..",
              "io.virtmover.lab.export..",
              "io.virtmover.lab.kubevirt..",
              "io.virtmover.lab.provisioner..",
              "io.virtmover.lab.cluster..",
              "io.virtmover.lab.junit..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.virtmover.agent..", "io.virtmover.repository..", "io.virtmover.image..");

  @ArchTest
  static final ArchRule IMAGE_FORMATS_KNOW_NO_REPOSITORY =
      noClasses()
          .that()
          .resideInAPackage("io.virtmover.image..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.virtmover.repository..");

  @ArchTest
  static final ArchRule NO_CIRCLES =
      slices().matching("io.virtmover.(*)..").should().beFreeOfCycles();
}
