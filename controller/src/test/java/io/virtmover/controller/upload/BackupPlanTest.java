// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeBackup.DATA;
import static io.virtmover.controller.upload.SomeBackup.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.virtmover.controller.kubevirt.VirtualMachine.Volume;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskSize;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupPlanTest {
  static Stream<BackupPlan> plans() {
    return Stream.of(
        SomeBackup.PULLED,
        SomeBackup.PUSHED_INCREMENT,
        stopped(),
        new BackupPlan(
            false,
            "t",
            "u",
            Optional.empty(),
            Optional.of(FullReason.VOLUME_REPLACED),
            List.of(
                new BackupPlan.Disk(ROOT, Optional.empty(), Optional.empty(), 0), sized(1 << 30))));
  }

  private static BackupPlan stopped() {
    return new BackupPlan(
        true, "t", "u", Optional.of(SomeBackup.PARENT), Optional.empty(), List.of(), true);
  }

  @Test
  void aPlanOfAnEarlierVersion_isOfAVmThatRan() {
    assertThat(BackupPlan.read("{\"vm\": \"u\"}").isOfStoppedVm()).isFalse();
    assertThat(stopped().confirmedBy(List.of()).isOfStoppedVm()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void theAnnotation_keepsIt(BackupPlan plan) {
    assertThat(BackupPlan.read(plan.text())).isEqualTo(plan);
  }

  @Test
  void aDisk_isFoundByItsVolume() {
    assertThat(SomeBackup.PULLED.disk(ROOT)).contains(SomeBackup.disks().getFirst());
    assertThat(SomeBackup.PULLED.disk(new VolumeName("another"))).isEmpty();
  }

  private static BackupPlan.Disk sized(long bytes) {
    return new BackupPlan.Disk(
        DATA, Optional.of("c"), Optional.of("u"), 2L << 30, OptionalLong.of(bytes));
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        arguments(sized(1 << 30), Optional.of(new DiskSize.Exactly(1 << 30))),
        arguments(
            SomeBackup.disks().getFirst(), Optional.of(new DiskSize.AtMost(SomeBackup.AT_MOST))),
        arguments(
            new BackupPlan.Disk(ROOT, Optional.empty(), Optional.empty(), 0), Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void aSizeThatIsTold_countsBeforeABound(BackupPlan.Disk disk, Optional<DiskSize> size) {
    assertThat(disk.knownSize()).isEqualTo(size);
  }

  /** Whether it grew before the backup or after it, nobody knows. */
  @ParameterizedTest
  @CsvSource({"1073741824, true", "2147483648, false", "0, false"})
  void aSizeThatIsAnotherByNow_isABoundAgain(long now, boolean isKept) {
    // given
    var plan = with(sized(1 << 30));
    var told = now == 0 ? OptionalLong.empty() : OptionalLong.of(now);

    // when
    var confirmed = plan.confirmedBy(List.of(new Volume(DATA, Optional.of("c"), told)));

    // then
    assertThat(confirmed.disk(DATA).flatMap(BackupPlan.Disk::knownSize))
        .contains(isKept ? new DiskSize.Exactly(1 << 30) : new DiskSize.AtMost(2L << 30));
    assertThat(plan.confirmedBy(List.of()).disk(DATA).flatMap(BackupPlan.Disk::knownSize))
        .contains(new DiskSize.AtMost(2L << 30));
  }

  private static BackupPlan with(BackupPlan.Disk disk) {
    return new BackupPlan(
        true, "t", "u", Optional.of(SomeBackup.PARENT), Optional.empty(), List.of(disk));
  }

  @Test
  void theReasonOfALaterVersion_isReadAllTheSame() {
    assertThat(BackupPlan.read("{\"vm\": \"u\", \"full\": \"Whim\"}").reason())
        .contains(FullReason.OTHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{",
        "[]",
        "{}",
        "pull",
        "{\"pull\": true}",
        "{\"vm\": \"u\", \"parent\": \"../x\"}",
        "{\"vm\": \"u\", \"disks\": [{\"volume\": \"\"}]}",
        "{\"vm\": \"u\", \"disks\": [{\"volume\": \"a/b\"}]}"
      })
  void whatWeDoNotWrite_isRefused(String text) {
    assertThatThrownBy(() -> BackupPlan.read(text))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERNAL))
        .hasMessageStartingWith("The plan of a backup cannot be read: ");
  }
}
