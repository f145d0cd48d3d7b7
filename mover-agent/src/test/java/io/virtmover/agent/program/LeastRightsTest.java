// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.lab.s3.FaultProxy.Fault;
import io.virtmover.lab.s3.FaultProxy.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server that refuses one right after the other: docs/operations.md, "Least rights". */
class LeastRightsTest {
  private static final int SIZE = 24 << 20;

  private static final Map<String, Predicate<Request>> NEEDED_FOR =
      Map.of(
          "s3:GetObject", request -> request.method().equals("GET") && isObject(request),
          "s3:PutObject", request -> request.method().equals("PUT"),
          "s3:ListBucket", request -> request.query().contains("list-type=2"));

  @TempDir private Path folder;
  private FaultBed bed;
  private FaultProxy proxy;
  private VirtMover virtmover;

  @BeforeEach
  void start() throws IOException {
    bed = FaultBed.make(folder, SIZE, SIZE);
    proxy = bed.proxy();
    virtmover = bed.virtmover();
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private static boolean isObject(Request request) {
    return request.query().isEmpty() || request.query().equals("x-id=GetObject");
  }

  @ParameterizedTest
  @CsvSource({"403, AccessDenied", "501, NotImplemented", "405, MethodNotAllowed"})
  void withoutTheRightsToListUploads_everythingWorksAndIsSaidOnce(int status, String code) {
    // given
    proxy.inject(
        10_000,
        request ->
            request.method().equals("GET")
                && (request.query().contains("uploads") || request.query().contains("uploadId=")),
        new Fault.Answer(status, code));

    // when
    var ended = virtmover.backup("b1", "c1", "full", bed.image(), "--single-writer");

    // then
    ended.report();
    assertThat(ended.err().lines().filter(line -> line.contains("s3:ListBucketMultipartUploads")))
        .hasSize(1);
    var target = folder.resolve("restored");
    virtmover.restore("b1", "d", target).report();
    bed.assertRestored(target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3:GetObject", "s3:PutObject", "s3:ListBucket"})
  void withoutARightThatIsNeeded_itIsNamed(String right) {
    // given
    proxy.inject(
        10_000, requireNonNull(NEEDED_FOR.get(right)), new Fault.Answer(403, "AccessDenied"));

    // when
    var ended = virtmover.backup("b1", "c1", "full", bed.image());

    // then
    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(4);
    ended.assertOneClearLine("The credentials need " + right);
  }

  @Test
  void aBackup_needsNoOtherRights() {
    // when
    virtmover.backup("b1", "c1", "full", bed.image()).report();
    virtmover.restore("b1", "d", folder.resolve("restored")).report();
    virtmover.run("list", "--vm", "shop/db-01").report();

    // then
    assertThat(proxy.requests()).extracting(LeastRightsTest::right).doesNotContain("another one");
  }

  private static String right(Request request) {
    var query = request.query();
    return switch (request.method()) {
      case "PUT" -> "s3:PutObject";
      case "POST" -> "s3:PutObject";
      case "HEAD" -> "s3:GetObject";
      case "DELETE" -> query.contains("uploadId=") ? "s3:AbortMultipartUpload" : "s3:DeleteObject";
      case "GET" -> {
        if (isObject(request)) {
          yield "s3:GetObject";
        }
        yield query.contains("list-type=2")
                || query.contains("uploads")
                || query.contains("uploadId=")
            ? "a listing"
            : "another one";
      }
      default -> "another one";
    };
  }
}
