// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pictures of one disk's images in a chain, a character for each checkpoint: {@code i} builds on
 * the one before, {@code W} holds all of the disk, {@code -} there is none.
 */
class ChainTest {
  private static final VmRef VM = new VmRef("orders", "web-7");

  @ParameterizedTest
  @CsvSource({
    "W, 0",
    "Wii, 0 1 2",
    "WiWi, 2 3",
    "WiW, 2",
    "WWW, 2",
    "-W, 1",
    "-Wii, 1 2 3",
    "Wi-W, 3",
    "W-Wi, 2 3",
    "--WWi, 3 4"
  })
  void theChainOfADiskBeginsWithItsNewestWholeImage(String picture, String needed) {
    // given
    var chain = chain(picture);
    var visited = new ArrayList<String>();

    // when
    chain.visitImages(
        new VolumeName("root"),
        image -> {
          var at = chain.checkpoints().indexOf(image.checkpoint());
          visited.addFirst(Integer.toString(at));
          return picture.charAt(at) == 'W';
        });

    // then
    assertThat(String.join(" ", visited)).isEqualTo(needed);
  }

  @ParameterizedTest
  @CsvSource({"-i, 0", "W-i, 1", "-ii, 0", "W-Wi-i, 4"})
  void anImageOnNothingIsABrokenChain(String picture, int missing) {
    // given
    var chain = chain(picture);

    // then
    assertThatThrownBy(
            () ->
                chain.visitImages(
                    new VolumeName("root"),
                    image ->
                        picture.charAt(chain.checkpoints().indexOf(image.checkpoint())) == 'W'))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CHAIN_BROKEN))
        .hasMessageContaining("Disk root is missing in checkpoint c" + missing + ",");
  }

  @Test
  void aDiskThatIsGoneByThenIsNotOffered() {
    assertThat(chain("Wi-").volumes()).containsExactly("other");
    assertThat(chain("Wi-W").volumes()).containsExactly("other", "root");
  }

  @ParameterizedTest
  @CsvSource({
    "F I:0 I:1,",
    "F,",
    "I:9, it begins with the increment c0",
    "F:9, the full c0 has a parent",
    "F F, c1 in its middle is a full",
    "F I:0 I:0, c2 does not build on c1",
    "F I, c1 does not build on c0"
  })
  void checkpointsBuildOnEachOther(String picture, String fault) {
    // given
    var words = List.of(picture.split(" "));
    var checkpoints = new ArrayList<CheckpointEntry>();
    for (var i = 0; i < words.size(); i++) {
      var parent = words.get(i).contains(":") ? words.get(i).substring(2) : "";
      checkpoints.add(
          entry(
              i,
              words.get(i).startsWith("F") ? BackupType.FULL : BackupType.INCREMENTAL,
              parent.isEmpty() ? Optional.empty() : Optional.of(name(Integer.parseInt(parent))),
              List.of()));
    }

    // then
    if (fault == null) {
      assertThat(new Chain(VM, checkpoints).names()).hasSize(words.size());
    } else {
      assertThatThrownBy(() -> new Chain(VM, checkpoints)).hasMessageContaining(fault);
    }
  }

  private static Chain chain(String picture) {
    var checkpoints = new ArrayList<CheckpointEntry>();
    for (var i = 0; i < picture.length(); i++) {
      var disks = picture.charAt(i) == '-' ? List.of("other") : Arrays.asList("other", "root");
      checkpoints.add(
          entry(
              i,
              i == 0 ? BackupType.FULL : BackupType.INCREMENTAL,
              i == 0 ? Optional.empty() : Optional.of(name(i - 1)),
              disks));
    }
    return new Chain(VM, checkpoints);
  }

  private static CheckpointName name(int number) {
    return new CheckpointName("c" + number);
  }

  private static CheckpointEntry entry(
      int number, BackupType type, Optional<CheckpointName> parent, List<String> disks) {
    var files =
        disks.stream()
            .map(
                disk -> {
                  var fileName = "c%d-%s.qcow2".formatted(number, disk);
                  return new ImageFile(
                      fileName,
                      Optional.of(disk),
                      1,
                      RepositoryRoot.imagePath(VM, name(number), fileName));
                })
            .toList();
    return new CheckpointEntry(
        name(number), type, parent, "", "c" + number, files, List.of(), List.of());
  }
}
