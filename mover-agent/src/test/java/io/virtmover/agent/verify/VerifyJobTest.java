// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.backup.BackedUpVm;
import io.virtmover.agent.progress.Progress;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall.Kind;
import io.virtmover.transfer.Damage;
import io.virtmover.transfer.Subset;
import io.virtmover.transfer.Unusable;
import io.virtmover.transfer.Verify;
import io.virtmover.transfer.VerifyReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A full b0 of the disk d; increments b1 and b2 on it, and there is a disk e since b1. */
class VerifyJobTest {
  @TempDir private Path folder;
  private final BackedUpVm vm = new BackedUpVm();

  @BeforeEach
  void backUp() {
    var full = BackedUpVm.pushed(folder.resolve("full"), 1, Optional.empty());
    var changes = BackedUpVm.pushed(folder.resolve("changes"), 2, Optional.of(full));
    var d = BackedUpVm.disk("d", BackupType.INCREMENTAL, changes);
    vm.backUp("b0", Optional.empty(), List.of(BackedUpVm.disk("d", BackupType.FULL, full)));
    vm.backUp("b1", Optional.of("b0"), List.of(d, BackedUpVm.disk("e", BackupType.FULL, full)));
    vm.backUp(
        "b2", Optional.of("b1"), List.of(d, BackedUpVm.disk("e", BackupType.INCREMENTAL, changes)));
  }

  @ParameterizedTest
  @CsvSource({
    "  ,  , 3, 5",
    "b0,  , 1, 1",
    "b1,  , 1, 3",
    "b2,  , 1, 5",
    "  , d, 3, 3",
    "  , e, 2, 2",
    "b1, d, 1, 2",
    "b1, e, 1, 1"
  })
  void whatIsAskedFor_isVerified_eachImageOnce(
      String backup, String volume, int backups, int images) {
    // when
    vm.store.forgetCalls();
    var report = verify(backup, volume);

    // then
    assertSound(report);
    assertThat(report.backups()).isEqualTo(backups);
    assertThat(report.images()).isEqualTo(images);
    var looks =
        vm.store.calls().stream()
            .filter(call -> call.kind() == Kind.STAT && call.key().endsWith(".qcow2"))
            .map(call -> call.key())
            .toList();
    assertThat(looks).hasSize(images).doesNotHaveDuplicates();
    assertThat(report.bytesRead()).isGreaterThan(images * (1L << 16));
  }

  @ParameterizedTest
  @CsvSource({
    "b9,  , 'has no backup b9 in s3://memory/oadp-kubevirt-datamover; it has b0, b1, b2'",
    "  , x, has no backup of disk x in oadp-kubevirt-datamover",
    "b0, e, Backup b0 of VM shop/db-01 has no disk e; it has d"
  })
  void whatIsNotThere_isRefused(String backup, String volume, String words) {
    assertThatThrownBy(() -> verify(backup, volume))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining(words);
  }

  @Test
  void aVmWithoutBackups_isRefused() {
    assertThatThrownBy(() -> verify(new BackedUpVm(), null, null))
        .hasMessageContaining("VM shop/db-01 has no backup in");
  }

  @ParameterizedTest
  @CsvSource({
    "b0, d, 'b0, b1, b2'",
    "b1, d, 'b1, b2'",
    "b1, e, 'b1, b2'",
    "b2, d, b2",
  })
  void aDamagedImage_isToldOnce_withAllBackupsThatNeedIt(String backup, String volume, String hit) {
    // given
    var key = vm.imageKey(backup, volume);
    var bytes = vm.store.peek(key).orElseThrow();
    bytes[1 << 16] ^= 1;
    vm.store.plant(key, bytes);

    // then
    var report = verify(null, null);
    assertThat(report.damages())
        .singleElement()
        .satisfies(
            damage -> {
              assertThat(damage.disk()).isEqualTo(volume);
              assertThat(damage.object()).isEqualTo(key);
              assertThat(damage.guestOffset()).hasValue(0);
              assertThat(damage.backups()).containsExactly(hit.split(", "));
            });
    assertThat(report.damageCount()).isEqualTo(1);
    assertThat(report.unusable()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true, is missing", "false, has 3 bytes instead of"})
  void anImageThatIsLostOrShort_isDamage(boolean lost, String words) {
    // given
    var key = vm.imageKey("b1", "e");
    if (lost) {
      vm.store.remove(key);
    } else {
      vm.store.plant(key, new byte[3]);
    }

    // then
    assertThat(verify(null, null).damages())
        .extracting(Damage::what)
        .allMatch(what -> what.contains(words))
        .hasSize(1);
  }

  @Test
  void anImageWithoutARecord_isCountedAsUnverifiable() {
    // given
    vm.store.remove(vm.recordKey("b0"));

    // when
    var report = verify(null, "d");

    // then
    assertSound(report);
    assertThat(report.unverifiable()).isEqualTo(1);
  }

  @Test
  void aRecordOfALaterVersion_isUnusableAndNoDamage() {
    // given
    vm.edit(
        vm.recordKey("b2"), text -> text.replace("\"formatVersion\": 1", "\"formatVersion\": 2"));

    // when
    var report = verify(null, null);

    // then
    assertThat(report.damages()).isEmpty();
    assertThat(report.unusable()).extracting(Unusable::backup).containsOnly("b2");
    assertThat(report.unusable()).extracting(Unusable::kind).containsOnly(FailureKind.UNSUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({"true, b2", "false, ''"})
  void whatCannotBeRead_isUnusable(boolean manifest, String name) {
    // given
    vm.store.plant(manifest ? vm.manifestKey("b2") : vm.indexKey(), new byte[] {'['});

    // when
    var report = verify(null, null);

    // then
    assertThat(report.unusable()).extracting(Unusable::backup).containsExactly(name);
    assertThat(report.backups()).isEqualTo(manifest ? 2 : 0);
  }

  @Test
  void aStoreThatIsAway_isNoDamage() {
    // given
    vm.store.failFrom(3, call -> call.kind() == Kind.GET_RANGE);

    // then
    assertThatThrownBy(() -> verify(null, null))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
  }

  private static void assertSound(VerifyReport report) {
    assertThat(report.damages()).isEmpty();
    assertThat(report.unusable()).isEmpty();
    assertThat(report.retagged()).isZero();
  }

  private VerifyReport verify(@Nullable String backup, @Nullable String volume) {
    return verify(vm, backup, volume);
  }

  private static VerifyReport verify(
      BackedUpVm of, @Nullable String backup, @Nullable String volume) {
    var task =
        new Verify(
            Optional.ofNullable(backup).map(BackupName::new),
            Optional.ofNullable(volume).map(VolumeName::new),
            Subset.whole());
    return new VerifyJob(task, of.repository, Progress.silent()).run();
  }
}
