// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall.Kind;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.BackUpReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A full of two disks of 1 MiB each. */
class BackupJobTest {
  private static final long SIZE = 1 << 20;

  @TempDir private Path folder;
  private final BackedUpVm vm = new BackedUpVm();
  private Path one;
  private Path two;

  @BeforeEach
  void push() {
    one = BackedUpVm.pushed(folder.resolve("one"), 1, Optional.empty());
    two = BackedUpVm.pushed(folder.resolve("two"), 2, Optional.empty());
  }

  @Test
  void allDisks_arePublishedTogether_andTheirSourcesClosed() {
    // when
    var report = backUp(stated("a", one, SIZE), stated("b", two, SIZE));

    // then
    assertThat(report.disks())
        .extracting(disk -> disk.volume().value(), disk -> disk.virtualSize())
        .containsExactly(tuple("a", SIZE), tuple("b", SIZE));
    assertThat(report.chain()).containsExactly(BackedUpVm.checkpoint("b0"));
    assertThat(vm.repository.restorePoints())
        .singleElement()
        .satisfies(point -> assertThat(point.volumes()).containsExactly("a", "b"));
    assertAllClosed();
  }

  @ParameterizedTest
  @CsvSource({"-512", "1"})
  void aStatedSizeThatIsNotTheFiles_isRefusedBeforeAnyRequest(long more) {
    // then
    assertThatThrownBy(() -> backUp(stated("a", one, SIZE), stated("b", two, SIZE + more)))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE))
        .hasMessage(
            "Disk b has 1048576 bytes in %s, not the stated %d.".formatted(two, SIZE + more));
    assertThat(vm.store.calls()).isEmpty();
    assertAllClosed();
  }

  @Test
  void whereOneSourceCannotBeOpened_theOthersAreClosed() {
    // then
    assertThatThrownBy(() -> backUp(stated("a", one, SIZE), disk("b", folder.resolve("none"))))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST));
    assertThat(vm.store.calls()).isEmpty();
    assertAllClosed();
  }

  @ParameterizedTest
  @CsvSource({"true, replaced", "false, removed"})
  void anImageThatIsAnotherOneInTheEnd_isNotPublished(boolean replaced, String word) {
    // given
    var key = vm.imageKey("b0", "a");
    vm.store.after(
        call -> {
          if (call.kind() == Kind.PUT && call.key().equals(key)) {
            vm.store.remove(key);
            if (replaced) {
              vm.store.plant(key, new byte[1]);
            }
          }
        });

    // then
    assertThatThrownBy(() -> backUp(disk("a", one), disk("b", two)))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFLICT))
        .hasMessageStartingWith("%s was %s before the backup was complete".formatted(key, word));
    assertThat(vm.store.keys()).doesNotContain(vm.recordKey("b0"), vm.indexKey());
    assertAllClosed();
  }

  @ParameterizedTest
  @CsvSource({
    "record,   false, Nothing of backup b0 is visible.",
    "index,    false, Nothing of backup b0 is visible.",
    "index,    true,  'is in the index, but backup b0 does not exist: run the same backup again'",
    "manifest, false, 'is in the index, but backup b0 does not exist: run the same backup again'",
    "manifest, true,  Backup b0 is complete all the same and can be restored."
  })
  void whatAFailedPublicationLeaves_isTold(String document, boolean afterwards, String words) {
    // given: the request fails, before or after it took effect
    var key =
        switch (document) {
          case "record" -> vm.recordKey("b0");
          case "index" -> vm.indexKey();
          default -> vm.manifestKey("b0");
        };
    if (afterwards) {
      vm.store.loseAnswersFrom(1, call -> call.kind() == Kind.PUT && call.key().equals(key));
    } else {
      vm.store.failFrom(1, call -> call.kind() == Kind.PUT && call.key().equals(key));
    }

    // then
    assertUnavailable(words);
  }

  @Test
  void whereTheIndexLosesTheBackupInTheEnd_thatIsTold() {
    // given: whoever writes without a condition overwrites it
    vm.store.after(
        call -> {
          if (call.kind() == Kind.PUT && call.key().equals(vm.manifestKey("b0"))) {
            vm.store.plant(vm.indexKey(), "{\"checkpoints\": []}".getBytes(StandardCharsets.UTF_8));
          }
        });

    // then
    var failure = catchThrowableOfType(VirtMoverException.class, () -> backUp(disk("a", one)));
    assertThat(failure.kind()).isEqualTo(FailureKind.CONFLICT);
    assertThat(failure)
        .hasMessageContaining("was taken out of the index")
        .hasMessageContaining("Backup b0 has a manifest, but")
        .hasMessageContaining("cannot be restored")
        .hasMessageNotContaining("complete all the same");
  }

  @Test
  void whereNobodyCanTellWhatIsVisible_thatIsTold() {
    // given: the store is away from the manifest on
    vm.store.after(
        call -> {
          if (call.kind() == Kind.PUT && call.key().equals(vm.indexKey())) {
            vm.store.failFrom(1, _ -> true);
          }
        });

    // then
    var failure = assertUnavailable("Whether backup b0 is visible could not be found out");
    assertThat(failure).cause().satisfies(cause -> assertThat(cause.getSuppressed()).hasSize(1));
  }

  private VirtMoverException assertUnavailable(String words) {
    var failure = catchThrowableOfType(VirtMoverException.class, () -> backUp(disk("a", one)));
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("on purpose").hasMessageContaining(words);
    return failure;
  }

  private void assertAllClosed() {
    assertThat(OpenFiles.of(one)).isZero();
    assertThat(OpenFiles.of(two)).isZero();
  }

  private BackUpReport backUp(BackUp.Disk... disks) {
    return vm.backUp("b0", Optional.empty(), List.of(disks));
  }

  private static BackUp.Disk disk(String volume, Path file) {
    return BackedUpVm.disk(volume, BackupType.FULL, file);
  }

  private static BackUp.Disk stated(String volume, Path file, long size) {
    return BackedUpVm.disk(volume, BackupType.FULL, file, OptionalLong.of(size));
  }
}
