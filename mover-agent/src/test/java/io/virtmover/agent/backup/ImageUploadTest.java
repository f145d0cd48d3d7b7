// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.StoreCall.Kind;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageUploadTest {
  private static final int PART = 64 << 10;
  private static final long LARGEST = 8 * PART;
  private static final String KEY = "image.qcow2";

  private final InMemoryObjectStore store = new InMemoryObjectStore();

  @Test
  void theFirstPart_goesWithTheHeadThatIsKnownLast() {
    // given
    var content = new byte[3 * PART + 5];
    new Random(1).nextBytes(content);

    // when
    try (var upload = upload(store)) {
      upload.write(ByteBuffer.wrap(content));
      content[0] = 'h';
      assertThat(upload.finish(ByteBuffer.wrap(new byte[] {'h'}))).isPresent();
    }

    // then
    assertThat(store.peek(KEY)).contains(content);
    assertThat(store.count(Kind.UPLOAD_PART)).isEqualTo(4);
    assertThat(store.count(Kind.ABORT_MULTIPART)).isZero();
  }

  @Test
  void whatIsNotFinished_isAborted() {
    abandon(store);
    assertThat(store.openUploads(KEY)).isEmpty();
  }

  @Test
  void moreThanAnObjectCanHold_isRefusedAndNotVisible() {
    try (var upload = upload(store)) {
      // given
      upload.write(ByteBuffer.wrap(new byte[(int) LARGEST]));

      // then
      assertThatThrownBy(() -> upload.write(ByteBuffer.wrap(new byte[1])))
          .isInstanceOfSatisfying(
              VirtMoverException.class,
              failure -> assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED))
          .hasMessageContaining(KEY, "larger than an object can be, " + LARGEST + " bytes");
    }
    assertThat(store.peek(KEY)).isEmpty();
    assertThat(store.openUploads(KEY)).isEmpty();
  }

  private static void abandon(ObjectStore store) {
    try (var upload = upload(store)) {
      upload.write(ByteBuffer.wrap(new byte[2 * PART]));
    }
  }

  private static ImageUpload upload(ObjectStore store) {
    return new ImageUpload(store, KEY, Map.of(), PART, 3, true, LARGEST);
  }
}
