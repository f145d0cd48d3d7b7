// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.chain.ChainLayers;
import io.virtmover.agent.chain.StoredImages;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.CountedProgress;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall;
import io.virtmover.transfer.Restore;
import io.virtmover.transfer.RestoreReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the way by qemu-img does around it; its chains are in {@link ForeignImagesTest}. */
class QemuImgRestoreTest {
  private static final String KEY = "checkpoints/shop/db-01/c0/b0-d.qcow2";

  /** A version 3 header's incompatible features. */
  private static final int LOWEST_FEATURES = 79;

  private static final int EXTERNAL_DATA = 4;
  private static final int MIB = 1 << 20;
  private static final int SIZE = 4 * MIB;

  @TempDir private Path folder;
  @TempDir private Path targets;
  private final StoredImages images = new StoredImages();
  private final CountedProgress progress = new CountedProgress();
  private Path image;
  private Path wanted;
  private Path target;
  private ObjectReader stored;

  @BeforeEach
  void store() throws IOException {
    image = StoredImages.create(folder.resolve("image"), "4M");
    wanted = folder.resolve("wanted");
    target = targets.resolve("disk.raw");
    QemuImg.io(image, "write -P 0x11 1M 64k");
    QemuImg.toRaw(image, wanted);
    stored = images.planted(KEY, Files.readAllBytes(image));
  }

  @Test
  void aNewFile_isPutThereWhole_withAWordOnChecksums() throws IOException {
    // when
    var report = restore(target, stored);

    // then
    assertThat(Files.mismatch(target, wanted)).isEqualTo(-1);
    assertThat(report.bytesFetched()).isEqualTo(stored.size());
    assertThat(report.verified()).isFalse();
    assertThat(progress.warnings())
        .containsExactly("--engine qemu-img compares no checksums; --engine native does.");
    assertOnlyTheTargetIsThere();
  }

  @Test
  void aLink_isFollowedAndStays() throws IOException {
    // given
    Files.write(target, new byte[4 << 20]);
    var link = Files.createSymbolicLink(folder.resolve("link"), target);

    // when
    restore(link, stored);

    // then
    assertThat(link).isSymbolicLink();
    assertThat(Files.mismatch(target, wanted)).isEqualTo(-1);
    assertOnlyTheTargetIsThere();
  }

  @Test
  void aFileThatIsTooSmall_isRefusedBeforeAnythingIsFetched() throws IOException {
    // given
    Files.write(target, new byte[4096]);

    // then
    assertRefused(target, stored, "4096 bytes");
    assertNothingWasFetched();
    assertThat(target).hasSize(4096);
  }

  @Test
  void aTargetThatCannotBe_isRefusedBeforeAnythingIsFetched() throws IOException {
    // given
    var dangling = Files.createSymbolicLink(folder.resolve("link"), targets.resolve("nowhere"));

    // then
    assertRefused(dangling, stored, "it is a link to a file that does not exist");
    assertRefused(targets.resolve("no/such/disk"), stored, "there is no folder");
    assertNothingWasFetched();
    assertThat(targets).isEmptyDirectory();
  }

  @Test
  void aChainThatDoesNotFitBesideTheTarget_isRefusedBeforeAnythingIsFetched() {
    // given: an image that says that it is larger than any file system
    var large = new ObjectReader(images.store, KEY, 1L << 60, stored.etag());

    // then
    assertRefused(target, large, "--engine qemu-img downloads 1152921504606846976 bytes to");
    assertNothingWasFetched();
    assertThat(targets).isEmptyDirectory();
  }

  @Test
  void anImageThatIsReplacedMeanwhile_isLookedAtAgainBeforeQemuSeesIt() {
    // given: no entity tag is known, and what is downloaded has its data elsewhere
    var untagged = new ObjectReader(images.store, KEY, stored.size(), Optional.empty());
    var elsewhere = images.store.peek(KEY).orElseThrow();
    elsewhere[LOWEST_FEATURES] |= EXTERNAL_DATA;
    images.store.after(
        call -> {
          if (call.kind() == StoreCall.Kind.GET_RANGE) {
            images.store.plant(KEY, elsewhere);
          }
        });

    // then
    assertRefusedAs(FailureKind.UNSUPPORTED, target, untagged, "external data file");
    assertThat(targets).isEmptyDirectory();
  }

  @Test
  void aStoreThatFailsMeanwhile_leavesNothing() {
    // given
    images.store.failFrom(2, call -> call.kind() == StoreCall.Kind.GET_RANGE);

    // then
    assertThatThrownBy(() -> restore(target, stored))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
    assertThat(targets).isEmptyDirectory();
  }

  /** Compressed clusters, the last of which cannot be unpacked: qemu-img fails when it is there. */
  @Test
  void anExistingFileThatWasWrittenInPart_isMarkedAsUnfinished() throws IOException {
    // given
    QemuImg.io(image, "write -P 0x22 0 3M");
    var packed = folder.resolve("packed");
    QemuImg.run("qemu-img", "convert", "-c", "-O", "qcow2", image.toString(), packed.toString());
    var damaged = images.planted(KEY, withoutItsEnd(Files.readAllBytes(packed)));
    Files.write(target, new byte[SIZE]);

    // when
    assertRefused(target, damaged, "qemu-img convert failed");

    // then
    var written = ByteBuffer.wrap(Files.readAllBytes(target));
    assertThat(written.get(MIB)).isEqualTo((byte) 0x22);
    assertThat(UnfinishedNote.progress(written.slice(0, UnfinishedNote.LENGTH), "0".repeat(64)))
        .hasValue(0);
  }

  /** The last of what it holds is overwritten; zeros fill the last sector. */
  private static byte[] withoutItsEnd(byte[] image) {
    var end = image.length;
    while (image[end - 1] == 0) {
      end--;
    }
    Arrays.fill(image, end - 64, end, (byte) 0xff);
    return image;
  }

  private RestoreReport restore(Path to, ObjectReader... chain) {
    return new QemuImgRestore(
            ForeignChain.task(to, Restore.Engine.QEMU_IMG),
            new ChainLayers.Objects(List.of(chain), false),
            progress)
        .run();
  }

  private void assertRefused(Path to, ObjectReader of, String words) {
    assertRefusedAs(FailureKind.TARGET, to, of, words);
  }

  private void assertRefusedAs(FailureKind kind, Path to, ObjectReader of, String words) {
    assertThatThrownBy(() -> restore(to, of))
        .isInstanceOfSatisfying(VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  /** But the header of the image, once for each try. */
  private void assertNothingWasFetched() {
    assertThat(images.store.count(StoreCall.Kind.GET_RANGE)).isLessThanOrEqualTo(2);
    assertThat(progress.warnings()).isEmpty();
  }

  private void assertOnlyTheTargetIsThere() throws IOException {
    try (var files = Files.list(targets)) {
      assertThat(files).containsExactly(target);
    }
  }
}
