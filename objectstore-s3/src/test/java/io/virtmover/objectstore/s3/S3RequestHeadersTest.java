// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.lab.s3.FaultProxy.Request;
import io.virtmover.lab.s3.VersityGateway;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.WriteCondition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a location's keys for encryption, tags and checksums put on the wire. */
class S3RequestHeadersTest {
  private static final byte[] CONTENT = "hello".getBytes(StandardCharsets.UTF_8);

  private VersityGateway s3;
  private FaultProxy proxy;

  @BeforeEach
  void start() {
    s3 = VersityGateway.start();
    proxy = FaultProxy.before(s3.endpoint());
  }

  @AfterEach
  void stop() {
    proxy.close();
    s3.close();
  }

  @Test
  void aServerSideAlgorithm_isAskedForWithEveryNewObject() {
    // when
    use(new Encryption.ServerSide("AES256"), Map.of(), ChecksumAlgorithm.CRC32);

    // then
    assertHeader(creations(), "x-amz-server-side-encryption", "AES256");
    assertNoHeader(others(), "x-amz-server-side-encryption");
  }

  @Test
  void aKeyOfAKeyManagementService_isAskedForWithEveryNewObject() {
    // when
    use(new Encryption.KeyManagement("alias/backups"), Map.of(), ChecksumAlgorithm.CRC32);

    // then
    assertHeader(creations(), "x-amz-server-side-encryption", "aws:kms");
    assertHeader(creations(), "x-amz-server-side-encryption-aws-kms-key-id", "alias/backups");
  }

  @Test
  void aCustomerKey_goesWithEveryRequestThatTouchesContent() {
    // when
    var key =
        ByteBuffer.wrap("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    use(new Encryption.CustomerKey(key), Map.of(), ChecksumAlgorithm.CRC32);

    // then
    var touching = proxy.requests().stream().filter(request -> !request.method().equals("DELETE"));
    for (var request : touching.toList()) {
      assertThat(request.headers())
          .as(request.toString())
          .containsEntry("x-amz-server-side-encryption-customer-algorithm", "AES256")
          .containsEntry(
              "x-amz-server-side-encryption-customer-key",
              "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
          .containsEntry(
              "x-amz-server-side-encryption-customer-key-md5", "hRasmdxgYDKV3nvbahU1MA==");
    }
  }

  @Test
  void tags_areGivenToEveryNewObject() {
    // when
    use(new Encryption.BucketDefault(), Map.of("team", "vm backup"), ChecksumAlgorithm.CRC32);

    // then
    assertHeader(creations(), "x-amz-tagging", "team=vm%20backup");
  }

  @ParameterizedTest
  @EnumSource(ChecksumAlgorithm.class)
  void aChecksum_goesWithEveryBody(ChecksumAlgorithm checksum) {
    // when
    use(new Encryption.BucketDefault(), Map.of(), checksum);

    // then
    for (var algorithm : List.of("crc32", "crc32c", "sha1", "sha256", "crc64nvme")) {
      var header = "x-amz-checksum-" + algorithm;
      for (var request : bodies()) {
        assertThat(request.headers().containsKey(header))
            .as("%s: %s", header, request)
            .isEqualTo(checksum.name().equalsIgnoreCase(algorithm));
      }
    }
    assertNoHeader(proxy.requests(), "x-amz-trailer");
  }

  private void use(Encryption encryption, Map<String, String> tags, ChecksumAlgorithm checksum) {
    var location = Locations.on(s3, proxy.endpoint(), Optional.empty(), encryption, tags, checksum);
    try (ObjectStore store = S3ObjectStore.open(location, 2)) {
      store.put("a", PartBody.of(CONTENT), WriteCondition.always(), Map.of());
      store.stat("a");
      store.get("a", 100);
      store.getRange("a", 1, ByteBuffer.allocate(2), Optional.empty());
      var upload = store.createMultipart("b", Map.of());
      var part = store.uploadPart(upload, 1, PartBody.of(CONTENT));
      store.completeMultipart(upload, List.of(part), WriteCondition.always());
    }
    assertThat(proxy.requests()).hasSize(8);
  }

  private List<Request> bodies() {
    return proxy.requests().stream().filter(request -> request.method().equals("PUT")).toList();
  }

  private List<Request> creations() {
    return proxy.requests().stream().filter(S3RequestHeadersTest::creates).toList();
  }

  private List<Request> others() {
    return proxy.requests().stream().filter(request -> !creates(request)).toList();
  }

  private static boolean creates(Request request) {
    return switch (request.method()) {
      case "PUT" -> request.query().isEmpty();
      case "POST" -> request.query().startsWith("uploads");
      default -> false;
    };
  }

  private static void assertHeader(List<Request> requests, String name, String value) {
    assertThat(requests).hasSize(2);
    for (var request : requests) {
      assertThat(request.headers()).as(request.toString()).containsEntry(name, value);
    }
  }

  private static void assertNoHeader(List<Request> requests, String name) {
    assertThat(requests).noneMatch(request -> request.headers().containsKey(name));
  }
}
