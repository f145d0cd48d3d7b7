// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.location.ObjectSettings;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refused rights: which one is missing, and which one is not needed. */
class RightsTest {
  private static final MultipartUpload UPLOAD = new MultipartUpload("k", "u", Instant.EPOCH);
  private static final UploadedPart PART = new UploadedPart(1, 5, "\"e\"", "");

  @TempDir private Path folder;
  private final CannedServer server = new CannedServer(_ -> Answer.error(403, "AccessDenied"));
  private final List<String> notices = new ArrayList<>();
  private S3ObjectStore store;

  @BeforeEach
  void open() {
    var plain = Stores.location(server.endpoint(), folder, ChecksumAlgorithm.CRC32);
    store = Stores.at(plain, Stores.CALM, notices::add);
  }

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  @Test
  void aMissingRight_isNamed() {
    var rights = new LinkedHashMap<String, List<ThrowingCallable>>();
    rights.put(
        "s3:GetObject",
        List.of(
            () -> store.get("k", 1),
            () -> store.stat("k"),
            () -> store.getRange("k", 0, ByteBuffer.allocate(1), Optional.empty())));
    rights.put(
        "s3:PutObject",
        List.of(
            () -> store.put("k", body(), WriteCondition.ifAbsent(), Map.of()),
            () -> store.createMultipart("k", Map.of()),
            () -> store.uploadPart(UPLOAD, 1, body()),
            () -> store.completeMultipart(UPLOAD, List.of(PART), WriteCondition.ifAbsent())));
    rights.put("s3:DeleteObject", List.of(() -> store.delete("k")));
    rights.put("s3:ListBucket", List.of(() -> store.list("k", _ -> {}), () -> store.folders("k/")));
    rights.put("s3:AbortMultipartUpload", List.of(() -> store.abortMultipart(UPLOAD)));
    rights.forEach(
        (right, operations) -> {
          for (var operation : operations) {
            assertThatThrownBy(operation)
                .isInstanceOfSatisfying(
                    VirtMoverException.class,
                    failure -> {
                      assertThat(failure.kind()).isEqualTo(FailureKind.ACCESS_DENIED);
                      assertThat(failure.getMessage())
                          .contains("The credentials need " + right, "s3://b/k");
                    });
          }
        });
    assertThat(notices).isEmpty();
  }

  @Test
  void rightsForTagsAndKeys_areNamedWhereTheyAreNeeded() {
    var location =
        Stores.location(server.endpoint(), folder, ChecksumAlgorithm.CRC32)
            .withObjectSettings(
                new ObjectSettings(
                    new Encryption.KeyManagement("key"),
                    Map.of("team", "x"),
                    ChecksumAlgorithm.CRC32));
    try (var tagging = Stores.at(location, Stores.CALM, notices::add)) {
      assertThatThrownBy(() -> tagging.put("k", body(), WriteCondition.always(), Map.of()))
          .hasMessageContaining(
              "need s3:PutObject, s3:PutObjectTagging, kms:GenerateDataKey, kms:Decrypt.");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied",
    "501, NotImplemented",
    "405, MethodNotAllowed",
  })
  void whatServesOnlyGoingOn_mayBeRefused(int status, String code) {
    // given
    server.behave(_ -> Answer.error(status, code));

    // when
    var uploads = List.of(store.openUploads("k"), store.openUploads("k"));
    var parts = store.uploadedParts(UPLOAD);

    // then
    assertThat(uploads).containsOnly(List.of());
    assertThat(parts).isEmpty();
    assertThat(notices)
        .singleElement()
        .asString()
        .contains("s3://b", "s3:ListBucketMultipartUploads, " + code, "begins anew");
  }

  @Test
  void wrongCredentials_areNoMissingRight() {
    server.behave(_ -> Answer.error(403, "SignatureDoesNotMatch"));
    assertThatThrownBy(() -> store.openUploads("k")).hasMessageContaining("credentials file");
    assertThat(notices).isEmpty();
  }

  private static PartBody body() {
    return PartBody.of(new byte[5]);
  }
}
