// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.chain.ForeignLayer;
import io.virtmover.agent.chain.Layer;
import io.virtmover.agent.chain.StoredImages;
import io.virtmover.agent.chain.WhateverIsThrown;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.CountedProgress;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How a restore goes through a disk: images as in {@code ChainWindowTest}, windows of 512 KiB. */
class NativeRestoreTest {
  private static final int BITS = 9;
  private static final int WINDOW = 1024;
  private static final long WINDOW_BYTES = (long) WINDOW << BITS;
  private static final int HEAD = HeldHead.LENGTH >> BITS;
  private static final long NEVER = Long.MAX_VALUE;
  private static final RangeBuffers BUFFERS = new RangeBuffers(1 << 20, 2);

  private final StoredImages images = new StoredImages();
  private final CountedProgress progress = new CountedProgress();

  @ParameterizedTest
  @CsvSource({
    "dddd, dddd",
    "...., ----",
    "d.zd, d--d",
    "dddd .z.d, d-dd",
    "dd d..., dd--",
    "dddddd .z, d-"
  })
  void everyCell_isProvidedOnce(String chain, String picture) {
    // given
    var target = new DrawnTarget(picture.length(), BITS, 0);
    var restore = new NativeRestore(chain(chain.split(" ")), target, progress, NEVER);

    // when
    restore.run(BUFFERS);

    // then
    assertThat(target.picture()).isEqualTo(picture);
    assertThat(target.isFinished()).isTrue();
    assertThat(restore.bytesWritten()).isEqualTo(picture.replace("-", "").length() << BITS);
    assertThat(progress.expected()).isEqualTo((long) picture.length() << BITS);
    assertThat(progress.advanced()).isEqualTo(progress.expected());
  }

  @Test
  void progress_tellsWhatWasWritten_notWhatIsGoingToBe() {
    // given: one window, of which the second half cannot be written
    var half = WINDOW_BYTES / 2;
    var target =
        new DrawnTarget(
            WINDOW,
            BITS,
            0,
            offset -> {
              if (offset >= half) {
                throw new IllegalStateException("full");
              }
            });
    var restore = new NativeRestore(chain("d".repeat(WINDOW)), target, progress, NEVER);

    // then
    assertThatThrownBy(() -> restore.run(BUFFERS)).hasMessage("full");
    assertThat(progress.advanced()).isLessThanOrEqualTo(half);
  }

  @Test
  void imagesOfDifferentClusters_areCutIntoTheSmallest() {
    // given
    var large = images.drawn("0", "dd", BITS + 2, false);
    var small = images.drawn("1", "..z....d", BITS, true);
    var target = new DrawnTarget(8, BITS, 0);

    // when
    new NativeRestore(List.of(large, small), target, progress, NEVER).run(BUFFERS);

    // then
    assertThat(target.picture()).isEqualTo("dd-ddddd");
  }

  @ParameterizedTest(name = "every {0} half windows")
  @CsvSource({
    "1, '0 1 2 3'",
    "2, '0 1 2 3'",
    "3, '0 2'",
    "4, '0 2'",
    "6, '0 3'",
    "8, '0'",
    "20, '0'"
  })
  void progress_isMadeDurableAtTheEndsOfWindows(int halves, String windows) {
    // given: four windows
    var target = new DrawnTarget(4 * WINDOW, BITS, 0);
    var layers = chain("d" + ".".repeat(4 * WINDOW - 2) + "d");

    // when
    new NativeRestore(layers, target, progress, halves * WINDOW_BYTES / 2).run(BUFFERS);

    // then
    assertThat(target.marks())
        .containsExactlyElementsOf(
            LongStream.of(Arrays.stream(windows.split(" ")).mapToLong(Long::parseLong).toArray())
                .map(window -> window * WINDOW_BYTES)
                .boxed()
                .toList());
  }

  @ParameterizedTest
  @CsvSource({"2, 0, 2", "2, 1, 2", "2, 524287, 2", "1, -1, 0", "0, 1, 0", "4, 0, 4"})
  void anInterruptedRestore_goesOnAtItsWindow_andDoesTheHeadAgain(
      int windows, int bytes, int startWindow) {
    // given
    var target = new DrawnTarget(4 * WINDOW, BITS, windows * WINDOW_BYTES + bytes);
    var layers = chain("d".repeat(4 * WINDOW));

    // when
    new NativeRestore(layers, target, progress, NEVER).run(BUFFERS);

    // then
    var start = startWindow * WINDOW;
    var head = Math.min(start, HEAD);
    assertThat(target.picture())
        .isEqualTo("d".repeat(head) + "?".repeat(start - head) + "d".repeat(4 * WINDOW - start));
    assertThat(target.marks()).containsExactly(startWindow * WINDOW_BYTES);
    assertThat(progress.advanced()).isEqualTo(4 * WINDOW_BYTES);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 16, 8192, 8192",
    "17, 16, 8192, 8192",
    "1, 15, 4096, 4096",
    "1, 21, 8192, 8192",
    "1, 9, 1, 1024",
    "1, 16, 2048, 2048",
    "16, 16, 1, 1024",
    "17, 16, 1, 8192"
  })
  void aChain_isReadInWindowsOfItsTables_orAsOftenAsItIsToBeDurable(
      int count, int bits, int markEvery, int windowCells) {
    // given
    var cells = 2 * 8192;
    var empty = images.drawn("0", ".".repeat(cells), bits, false);
    var target = new DrawnTarget(cells, bits, 0);

    // when
    new NativeRestore(Collections.nCopies(count, empty), target, progress, (long) markEvery << bits)
        .run(BUFFERS);

    // then
    assertThat(target.marks().get(1)).isEqualTo((long) windowCells << bits);
    assertThat(target.marks()).hasSize(cells / windowCells);
  }

  @Test
  void aCompressedClusterThatCannotBeInflated_leavesTheDiskUnfinished(@TempDir Path folder) {
    // given
    var image = StoredImages.create(folder.resolve("image"), "1M");
    QemuImg.io(image, "write -c -P 7 0 64k");
    var layer = images.foreign("image", image, false);
    var stored = StoredImages.units(layer, 0, 1 << 16).getFirst();
    var bytes = images.store.peek("image").orElseThrow();
    Arrays.fill(bytes, (int) stored.objectOffset(), bytes.length, (byte) 0xff);
    var damaged = images.planted("image", bytes);
    var target = new DrawnTarget(16, 16, 0);

    // then
    assertThatThrownBy(
            () ->
                new NativeRestore(List.of(ForeignLayer.open(damaged)), target, progress, NEVER)
                    .run(BUFFERS))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP))
        .hasMessageContaining("The image image cannot be used");
    assertThat(target.isFinished()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("io.virtmover.agent.chain.WhateverIsThrown#all")
  void whateverATargetThrows_leavesTheDiskUnfinished(Supplier<Throwable> what) {
    // given
    var half = 4 * WINDOW_BYTES;
    var cells = (int) ((2 * half) >> BITS);
    var target =
        new DrawnTarget(
            cells,
            BITS,
            0,
            offset -> {
              if (offset >= half) {
                WhateverIsThrown.sneak(what.get());
              }
            });
    var layers = chain("d".repeat(cells));

    // then
    assertThatThrownBy(() -> new NativeRestore(layers, target, progress, NEVER).run(BUFFERS))
        .hasMessage("on purpose");
    assertThat(target.isFinished()).isFalse();
  }

  private List<Layer> chain(String... pictures) {
    return images.drawnChain(BITS, List.of(pictures));
  }
}
