// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.chain.DescribedLayer;
import io.virtmover.agent.chain.Layer;
import io.virtmover.agent.chain.StoredImages;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.extents.Extents;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.CountedProgress;
import io.virtmover.agent.verify.ImageVerifier.Finding;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall.Kind;
import io.virtmover.transfer.Subset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An image of clusters of 512 bytes in two windows, which lies in the bucket like this:
 *
 * <pre>
 *   0 header | 512, 1024 data, 1536 L2 table | 2048, 2560 data, 3072 L2 table | 3584 tail
 * </pre>
 */
class ImageVerifierTest {
  private static final int BITS = 9;
  private static final String IMAGE = "i";
  private static final String SIDE = "i.extents";
  private static final int TAIL = 3584;

  /** Of the side object, behind its head. */
  private static final int FIRST_PAGE = 8;

  private final StoredImages images = new StoredImages();
  private final List<Finding> findings = new CopyOnWriteArrayList<>();
  private final DescribedLayer sound =
      images.drawn(IMAGE, "d.zd" + ".".repeat(60) + "dd", BITS, false);
  private final CountedProgress progress = new CountedProgress();

  @Test
  void aSoundImage_isReadWholeAndOnce_itsTailApart() {
    // given
    images.store.forgetCalls();

    // when
    var read = verify(sound, Subset.whole());

    // then
    assertThat(findings).isEmpty();
    assertThat(read).isEqualTo(sound.object().size());
    assertThat(progress.advanced()).isEqualTo(progress.expected()).isEqualTo(7 * 512);
    assertThat(images.store.calls()).filteredOn(call -> call.key().equals(IMAGE)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "0,    0,    , 'the image''s table at byte 0 is damaged'",
    "511,  0,    , 'the image''s table at byte 0 is damaged'",
    "512,  512,  0, 'guest bytes 0 to 511 are damaged'",
    "1535, 1024, 1536, 'guest bytes 1536 to 2047 are damaged'",
    "1536, 1536, , 'the image''s table at byte 1536 is damaged'",
    "2048, 2048, 32768, 'guest bytes 32768 to 33279 are damaged'",
    "2560, 2560, 33280, 'guest bytes 33280 to 33791 are damaged'",
    "3583, 3072, , 'the image''s table at byte 3072 is damaged'",
    "3584, 3584, , 'the image''s tables from byte 3584 on are damaged'",
    "-1,   3584, , 'the image''s tables from byte 3584 on are damaged'"
  })
  void aBitThatDiffers_isFoundWhereverItIs(int at, long objectOffset, Long guest, String what) {
    // when
    verify(flipped(at), Subset.whole());

    // then
    assertThat(findings)
        .containsExactly(
            new Finding(
                objectOffset, guest == null ? OptionalLong.empty() : OptionalLong.of(guest), what));
  }

  @Test
  void allOfSeveralDamages_areFound() {
    // when
    verify(flipped(5, 600, 1600, 2600, TAIL), Subset.whole());

    // then
    assertThat(findings)
        .extracting(Finding::objectOffset)
        .containsExactlyInAnyOrder(0L, 512L, 1536L, 2560L, (long) TAIL);
  }

  @ParameterizedTest(name = "{0}/{1} of damage at byte {2}")
  @CsvSource({
    "1, 2, 600,  true",
    "2, 2, 600,  false",
    "1, 2, 2600, false",
    "2, 2, 2600, true",
    "1, 2, 3072, false",
    "2, 2, 3072, true",
    "3, 3, 600,  false",
    "1, 2, 0,    true",
    "2, 2, 0,    true",
    "3, 3, 3584, true"
  })
  void aShare_hasItsWindowsWithTheirTables_andHeadAndTailAlways(
      int number, int of, int at, boolean found) {
    // when
    verify(flipped(at), new Subset(number, of));

    // then
    assertThat(findings).hasSize(found ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"-1", "1", "-512"})
  void anObjectOfAnotherSize_isNotReadAtAll(int more) {
    // given
    var size = sound.object().size() + more;
    var object = new ObjectReader(images.store, IMAGE, size, Optional.empty());

    // when
    images.store.forgetCalls();
    var read = verify(new DescribedLayer(object, sound.extents(), ""), Subset.whole());

    // then
    assertThat(read).isZero();
    assertThat(images.store.calls()).isEmpty();
    assertThat(findings)
        .containsExactly(
            new Finding(
                0,
                OptionalLong.empty(),
                "the object has %d bytes, %d were stored".formatted(size, sound.object().size())));
  }

  @Test
  void aDamagedPageOfTheSideObject_isFound_andTheOtherWindowsAreVerified() {
    // given
    var side = images.store.peek(SIDE).orElseThrow();
    var extents = Extents.open(new ObjectReader(images.store, SIDE, side.length, Optional.empty()));
    side[FIRST_PAGE] ^= 1;
    images.store.plant(SIDE, side);
    var damaged = flipped(2600);

    // when
    verify(new DescribedLayer(damaged.object(), extents, ""), Subset.whole());

    // then
    assertThat(findings).hasSize(2);
    assertThat(findings.get(0).what()).contains(SIDE).contains("window 0");
    assertThat(findings.get(1).objectOffset()).isEqualTo(2560);
  }

  @ParameterizedTest
  @CsvSource({SIDE, IMAGE})
  void aStoreThatIsAway_isNoDamage(String key) {
    // given
    images.store.failFrom(1, call -> call.kind() == Kind.GET_RANGE && call.key().equals(key));

    // then
    assertThatThrownBy(() -> verify(sound, Subset.whole()))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
    assertThat(findings).isEmpty();
  }

  @Test
  void anImageOfMorePiecesThanOne_isReadWhole() {
    // given: a window of 8192 clusters, which is read in pieces
    var large = images.drawn("large", "d.".repeat(2000), 16, false);

    // when
    var read = verify(large, Subset.whole());

    // then
    assertThat(findings).isEmpty();
    assertThat(read).isEqualTo(large.object().size());
    assertThat(progress.advanced()).isEqualTo(progress.expected());
  }

  @Test
  void ofAForeignImage_theTablesAreReadAndNoData(@TempDir Path folder) {
    // given
    var image = StoredImages.create(folder.resolve("image"), "4M");
    QemuImg.io(image, "write -P 7 0 4M");
    var foreign = images.foreign("foreign", image, false);
    images.store.forgetCalls();

    // then
    assertThat(verify(foreign, Subset.whole())).isZero();
    assertThat(findings).isEmpty();
    assertThat(images.store.calls()).hasSizeLessThan(10);
  }

  private long verify(Layer layer, Subset subset) {
    return new ImageVerifier(subset, progress, findings::add).verify(layer);
  }

  /** The image with bits flipped at these bytes; a negative one counts from the end. */
  private DescribedLayer flipped(int... places) {
    var bytes = images.store.peek(IMAGE).orElseThrow();
    for (var at : places) {
      bytes[at < 0 ? bytes.length + at : at] ^= 0x10;
    }
    return new DescribedLayer(images.planted(IMAGE, bytes), sound.extents(), "");
  }
}
