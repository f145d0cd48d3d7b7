// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.backup.BackedUpVm;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.RestorePoint;
import io.virtmover.transfer.BackUp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups b0, b1, ... on one another, in which the disk a always is, so that one may lack d. */
class ChainLayersTest {
  private static final VolumeName DISK = new VolumeName("d");

  @TempDir private Path folder;
  private final BackedUpVm vm = new BackedUpVm();
  private Path full;
  private Path increment;

  @BeforeEach
  void push() {
    full = BackedUpVm.pushed(folder.resolve("full"), 1, Optional.empty());
    increment = BackedUpVm.pushed(folder.resolve("increment"), 2, Optional.of(full));
  }

  /** How d is in each backup: {@code F} read whole, {@code i} its changes, {@code -} not at all. */
  @ParameterizedTest
  @CsvSource({
    "F,    0,   false",
    "Fii,  012, false",
    "FiF,  2,   true",
    "FFi,  12,  true",
    "-Fi,  12,  true",
    "F-Fi, 23,  true"
  })
  void aDisksChain_beginsWithTheNewestWholeImage(String disk, String images, boolean hides) {
    // given
    backUp(disk);
    var point = vm.repository.restorePoint(new BackupName("b" + (disk.length() - 1)));
    var keys = images.chars().mapToObj(at -> vm.imageKey("b" + (char) at, "d")).toList();

    // when
    var layers = ChainLayers.openAll(vm.repository, point, DISK);
    var objects = ChainLayers.objects(vm.repository, point, DISK);

    // then
    assertThat(layers).extracting(layer -> layer.object().name()).isEqualTo(keys);
    assertThat(layers).allMatch(Layer::isVerifiable);
    assertThat(objects.images()).extracting(ObjectReader::name).isEqualTo(keys);
    assertThat(objects.hidesWhatIsBelow()).isEqualTo(hides);
  }

  @Test
  void moreImagesThanAreOpenedAtOnce_areOpenedOldestFirst() {
    // given
    backUp("F" + "i".repeat(19));

    // then
    assertThat(ChainLayers.openAll(vm.repository, point("b19"), DISK))
        .extracting(layer -> layer.object().name())
        .isEqualTo(
            IntStream.range(0, 20).mapToObj(number -> vm.imageKey("b" + number, "d")).toList());
  }

  @Test
  void whatIsBrokenBelowAWholeImage_isOfNoAccount() {
    // given
    backUp("FiF");
    vm.store.remove(vm.imageKey("b1", "d"));
    vm.store.plant(vm.recordKey("b0"), new byte[] {'{'});

    // then
    assertThat(ChainLayers.openAll(vm.repository, point("b2"), DISK))
        .extracting(layer -> layer.object().name())
        .containsExactly(vm.imageKey("b2", "d"));
  }

  @Test
  void anImageWithoutARecord_isReadByItsOwnTables() {
    // given
    backUp("Fi");
    vm.store.remove(vm.recordKey("b0"));

    // then
    assertThat(ChainLayers.openAll(vm.repository, point("b1"), DISK))
        .extracting(Layer::isVerifiable)
        .containsExactly(false, true);
  }

  @Test
  void aFullWithoutARecordThatNamesABackingFile_isNoFull() {
    // given
    backUp("Fi");
    vm.store.remove(vm.recordKey("b0"));
    vm.store.plant(vm.imageKey("b0", "d"), vm.store.peek(vm.imageKey("b1", "d")).orElseThrow());

    // then
    assertThatThrownBy(() -> ChainLayers.openAll(vm.repository, point("b0"), DISK))
        .hasMessageContaining(vm.imageKey("b0", "d"));
  }

  @ParameterizedTest
  @CsvSource({
    "image lost,     is missing;",
    "image short,    has 3 bytes instead of",
    "record other,   its record as Incremental on nothing"
  })
  void whatIsNotAsTheIndexHasIt_isToldWithItsName(String harm, String words) {
    // given
    backUp("Fi");
    switch (harm) {
      case "image lost" -> vm.store.remove(vm.imageKey("b0", "d"));
      case "image short" -> vm.store.plant(vm.imageKey("b0", "d"), new byte[3]);
      default ->
          vm.edit(vm.recordKey("b1"), text -> text.replaceFirst("\"parent\": \"[^\"]*\",", ""));
    }

    // then
    var point = point("b1");
    assertCorrupt(words, () -> ChainLayers.openAll(vm.repository, point, DISK));
    assertCorrupt(words, () -> ChainLayers.objects(vm.repository, point, DISK));
  }

  /** In a chain that leaves a side object more memory than it takes, and in one that does not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSideObjectThatIsLostOrShort_isDamage(boolean lost) {
    // given
    full = StoredImages.create(folder.resolve("large"), "64M", "cluster_size=4k");
    QemuImg.io(full, "write -P 1 0 64M");
    backUp("F");
    var image = point("b0").imagesOf(DISK, _ -> true).getFirst();
    var side = vm.imageKey("b0", "d") + ".extents";
    assertThat(vm.store.peek(side).orElseThrow()).hasSizeBetween(8 << 10, 1 << 20);
    if (lost) {
      vm.store.remove(side);
    } else {
      vm.store.plant(side, new byte[3]);
    }

    // then
    assertCorrupt(lost ? side : "is damaged", () -> new ChainLayers(vm.repository, 1).open(image));
    assertCorrupt(
        side + " is missing or short", () -> new ChainLayers(vm.repository, 1000).open(image));
  }

  @Test
  void aSideObjectOfAnotherImage_isDamage() {
    // given: one of a disk of another size
    backUp("F");
    vm.edit(
        vm.recordKey("b0"),
        text -> text.replaceFirst("\"virtualSize\": 1048576", "\"virtualSize\": 1048064"));

    // then
    assertCorrupt(
        "describes another image",
        () -> ChainLayers.openAll(vm.repository, point("b0"), new VolumeName("a")));
  }

  private RestorePoint point(String backup) {
    return vm.repository.restorePoint(new BackupName(backup));
  }

  private void backUp(String disk) {
    for (var i = 0; i < disk.length(); i++) {
      var disks = new ArrayList<>(List.of(kind("a", i == 0 ? 'F' : 'i')));
      if (disk.charAt(i) != '-') {
        disks.add(kind("d", disk.charAt(i)));
      }
      vm.backUp("b" + i, i == 0 ? Optional.empty() : Optional.of("b" + (i - 1)), disks);
    }
  }

  private BackUp.Disk kind(String volume, char kind) {
    return kind == 'F'
        ? BackedUpVm.disk(volume, BackupType.FULL, full)
        : BackedUpVm.disk(volume, BackupType.INCREMENTAL, increment);
  }

  private static void assertCorrupt(String words, ThrowingCallable opening) {
    assertThatThrownBy(opening)
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP))
        .hasMessageContaining(words);
  }
}
