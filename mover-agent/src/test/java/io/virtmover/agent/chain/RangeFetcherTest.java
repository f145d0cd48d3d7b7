// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RangeFetcherTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;
  private final StoredImages images = new StoredImages();
  private List<StoredUnit> units = List.of();

  @BeforeEach
  void store() {
    var image = StoredImages.create(folder.resolve("image"), "8M");
    QemuImg.io(image, "write -P 7 0 8M");
    var layer = images.described("image", image, false);
    units = StoredImages.units(layer, 0, 8 * MIB);
  }

  @ParameterizedTest
  @MethodSource("io.virtmover.agent.chain.WhateverIsThrown#all")
  void whateverAWorkerThrows_isThrownByDrain(Supplier<Throwable> what) {
    // given
    var calls = new AtomicInteger();
    images.store.before(
        call -> {
          if (call.kind() == StoreCall.Kind.GET_RANGE && calls.incrementAndGet() == 3) {
            WhateverIsThrown.sneak(what.get());
          }
        });

    // then
    assertThatThrownBy(() -> fetch((_, _) -> {})).hasMessage("on purpose");
  }

  @Test
  void anObjectThatIsReplacedMeanwhile_isNotMixedWithWhatWasRead() {
    // given
    var bytes = images.store.peek("image").orElseThrow();
    var calls = new AtomicInteger();
    images.store.before(
        call -> {
          if (call.kind() == StoreCall.Kind.GET_RANGE && calls.incrementAndGet() == 3) {
            bytes[0] ^= 1;
            images.store.plant("image", bytes);
          }
        });

    // then
    assertThatThrownBy(() -> fetch((_, _) -> {}))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP));
  }

  @Test
  void everyUnit_isHandedOverOnce() {
    // given
    var received = new AtomicInteger();

    // when
    fetch((_, cluster) -> received.addAndGet(cluster.remaining()));

    // then
    assertThat(received).hasValue(8 * MIB);
  }

  private void fetch(RangeFetcher.Receiver receiver) {
    try (var fetcher =
        new RangeFetcher(
            MIB,
            2,
            (_, why) -> {
              throw why;
            })) {
      fetcher.fetch(units, receiver);
      fetcher.drain();
    }
  }
}
