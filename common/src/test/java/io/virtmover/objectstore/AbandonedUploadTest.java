// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.objectstore.StoreCall.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AbandonedUploadTest {
  private static final String KEY = "image.qcow2";

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final MultipartUpload upload = store.createMultipart(KEY, Map.of());

  @Test
  void withoutPartsUnderWay_itIsAbortedOnce() {
    new AbandonedUpload(store, upload).end(false);
    assertThat(store.openUploads(KEY)).isEmpty();
    assertThat(store.count(Kind.ABORT_MULTIPART)).isEqualTo(1);
    assertThat(store.count(Kind.UPLOADED_PARTS)).isZero();
  }

  @Test
  void aStoreThatTakesInAPartMeanwhile_isToldAgain() {
    // given
    var _ = store.uploadPart(upload, 1, PartBody.of(new byte[1]));

    // when
    new AbandonedUpload(store.takingInLateParts(2), upload).end(true);

    // then
    assertThat(store.openUploads(KEY)).isEmpty();
    assertThat(store.count(Kind.ABORT_MULTIPART)).isEqualTo(3);
  }

  @Test
  void aStoreThatNeverEndsIt_isLeftAfterSomeTries() {
    // given
    var _ = store.uploadPart(upload, 1, PartBody.of(new byte[1]));

    // when
    new AbandonedUpload(store.takingInLateParts(100), upload).end(true);

    // then
    assertThat(store.count(Kind.ABORT_MULTIPART)).isEqualTo(4);
  }

  @Test
  void aStoreThatDoesNotTell_isNotAskedAgain() {
    // given
    store.failFrom(1, call -> call.kind() == Kind.UPLOADED_PARTS);

    // when
    new AbandonedUpload(store, upload).end(true);

    // then
    assertThat(store.count(Kind.ABORT_MULTIPART)).isEqualTo(1);
  }

  @Test
  void aThreadThatWasInterrupted_abortsItAndStaysInterrupted() {
    // given
    Thread.currentThread().interrupt();

    // when
    new AbandonedUpload(store, upload).end(true);

    // then
    assertThat(Thread.interrupted()).isTrue();
    assertThat(store.openUploads(KEY)).isEmpty();
  }
}
