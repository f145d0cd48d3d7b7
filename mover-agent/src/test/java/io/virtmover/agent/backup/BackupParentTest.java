// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.progress.CountedProgress;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.transfer.BackUp;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is there before: a full b0 and an increment b1 on it, both of the disks a and b. */
class BackupParentTest {
  @TempDir private Path folder;
  private final BackedUpVm vm = new BackedUpVm();
  private final CountedProgress progress = new CountedProgress();
  private Path full;
  private Path increment;

  @BeforeEach
  void backUp() {
    full = BackedUpVm.pushed(folder.resolve("full"), 1, Optional.empty());
    increment = BackedUpVm.pushed(folder.resolve("increment"), 2, Optional.of(full));
    vm.backUp("b0", Optional.empty(), List.of(whole("a"), whole("b")));
    vm.backUp("b1", Optional.of("b0"), List.of(changes("a"), changes("b")));
  }

  @ParameterizedTest
  @CsvSource({"INCREMENTAL, a, b1-a.qcow2", "FULL, a, b1-a.qcow2", "FULL, new,"})
  void aDiskWithAnImageInTheParent_namesIt_readWholeOrNot(
      BackupType type, String volume, String backingName) {
    // when
    var found = look("b2", Optional.of("b1"), List.of(disk(volume, type)));

    // then
    assertThat(found.backingName(new VolumeName(volume)))
        .isEqualTo(Optional.ofNullable(backingName));
    assertThat(found.objects()).containsKeys(vm.imageKey("b0", "a"), vm.imageKey("b1", "b"));
  }

  @ParameterizedTest
  @CsvSource({"b0", "b1"})
  void anIncrementOfADiskThatTheParentDoesNotHave_isRefused(String parent) {
    assertFails(
        FailureKind.CHAIN_BROKEN,
        "disk new of VM shop/db-01: it is not in checkpoint " + parent,
        Optional.of(parent),
        changes("a"),
        changes("new"));
  }

  @Test
  void whatAChainWas_isRecorded_soThatOfTheNextOnlyItsEndsAreRead() {
    // given
    vm.backUp("b2", Optional.of("b1"), List.of(changes("a"), changes("b")));
    var before = vm.store.calls().size();

    // when
    var found = look("b3", Optional.of("b2"), List.of(changes("a"), changes("b")));

    // then
    assertThat(vm.store.calls().subList(before, vm.store.calls().size()))
        .extracting(StoreCall::key)
        .filteredOn(key -> key.endsWith("/checkpoint.json"))
        .containsExactly(vm.recordKey("b2"), vm.recordKey("b0"));
    assertThat(found.chainDigest()).isNotEmpty().isNotEqualTo(digest("b2"));
    assertThat(digest("b1")).isNotEmpty().isNotEqualTo(digest("b2"));
    assertThat(digest("b0")).isEmpty();
  }

  private Optional<String> digest(String backup) {
    return vm.repository
        .readRecord(BackedUpVm.checkpoint(backup))
        .flatMap(CheckpointRecord::chainDigest);
  }

  @Test
  void aFull_buildsOnNothing_howeverBrokenWhatIsThere() {
    // given
    vm.store.remove(vm.imageKey("b0", "a"));

    // when
    var found = look("b2", Optional.empty(), List.of(whole("a")));

    // then
    assertThat(found.parent()).isEmpty();
    assertThat(found.backingName(new VolumeName("a"))).isEmpty();
    assertThat(found.objects()).containsKey(vm.imageKey("b1", "a"));
  }

  @ParameterizedTest
  @CsvSource({
    "b2, a b,     ''",
    "b2, a b new, ''",
    "b2, a,       b",
    "b2, new,     'a, b'",
    "b1, a,       b"
  })
  void disksThatAreGone_areTold_alsoByARepeatedBackup(String backup, String disks, String gone) {
    // when
    var parent = backup.equals("b1") ? "b0" : "b1";
    var found =
        look(backup, Optional.of(parent), Stream.of(disks.split(" ")).map(this::whole).toList());

    // then
    assertThat(String.join(", ", found.gone())).isEqualTo(gone);
    assertThat(progress.warnings()).hasSize(gone.isEmpty() ? 0 : 1);
    assertThat(String.join("", progress.warnings()))
        .contains(gone.isEmpty() ? "" : "does not have (%s); their chains end".formatted(gone));
  }

  @Test
  void aParentThatTheIndexDoesNotHave_isABrokenChain() {
    assertFails(FailureKind.CHAIN_BROKEN, "is not in the index", Optional.of("gone"), changes("a"));
  }

  @ParameterizedTest
  @CsvSource({
    "image lost,   CHAIN_BROKEN,   is missing",
    "image short,  CHAIN_BROKEN,   3 bytes long instead of",
    "record other, CORRUPT_BACKUP, its record as Incremental on nothing",
    "record later, UNSUPPORTED,    version"
  })
  void aChainThatCannotBeRestored_isNotBuiltOn(String harm, FailureKind kind, String words) {
    // given
    switch (harm) {
      case "image lost" -> vm.store.remove(vm.imageKey("b0", "a"));
      case "image short" -> vm.store.plant(vm.imageKey("b0", "a"), new byte[3]);
      case "record other" ->
          vm.edit(vm.recordKey("b1"), text -> text.replaceFirst("\"parent\": \"[^\"]*\",", ""));
      default ->
          vm.edit(
              vm.recordKey("b1"),
              text -> text.replace("\"formatVersion\": 1", "\"formatVersion\": 2"));
    }

    // then
    assertFails(kind, words, Optional.of("b1"), changes("a"));
  }

  private void assertFails(
      FailureKind kind, String words, Optional<String> parent, BackUp.Disk... disks) {
    assertThatThrownBy(() -> look("b2", parent, List.of(disks)))
        .isInstanceOfSatisfying(VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
    assertThat(progress.warnings()).isEmpty();
  }

  private BackupParent.Found look(String backup, Optional<String> parent, List<BackUp.Disk> disks) {
    var task = BackedUpVm.task(backup, parent, disks);
    var found = new BackupParent(task, vm.repository, progress).look(vm.repository.readIndex());
    assertThat(found.parent()).isEqualTo(parent.map(BackedUpVm::checkpoint));
    return found;
  }

  private BackUp.Disk disk(String volume, BackupType type) {
    return type == BackupType.FULL ? whole(volume) : changes(volume);
  }

  private BackUp.Disk whole(String volume) {
    return BackedUpVm.disk(volume, BackupType.FULL, full);
  }

  private BackUp.Disk changes(String volume) {
    return BackedUpVm.disk(volume, BackupType.INCREMENTAL, increment);
  }
}
