// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static io.virtmover.objectstore.s3.RawServer.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import io.virtmover.tls.LoopbackCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores that stop, or nearly stop, moving bytes. */
@Timeout(60)
class WaitingTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nETag: \"e\"\r\n";
  private static final String PARTIAL = "HTTP/1.1 206 Partial Content\r\nETag: \"e\"\r\n";
  private static final MultipartUpload UPLOAD = new MultipartUpload("k", "u", Instant.EPOCH);

  /** More than a connection's buffers take. */
  private static final PartBody LARGE = PartBody.of(new byte[16 << 20]);

  private final CountDownLatch end = new CountDownLatch(1);
  @TempDir private Path folder;
  private volatile RawServer.Behaviour behaviour = this::never;
  private RawServer server;
  private S3ObjectStore store;

  @BeforeEach
  void start() throws IOException {
    server =
        new RawServer(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            "http",
            (client, head) -> behaviour.serve(client, head));
    store = Stores.at(server.endpoint(), folder, Stores.SHORT);
  }

  /** A deadline, and nothing else that a busy machine could miss. */
  private static Patience inSeconds(int deadline) {
    var limit = Duration.ofMinutes(1);
    return new Patience(
        limit, limit, limit, 1, Duration.ofSeconds(deadline), 2, Duration.ofMillis(1));
  }

  private void serve(RawServer.Behaviour next) {
    behaviour = next;
  }

  private void serve(Patience patience, RawServer.Behaviour next) {
    behaviour = next;
    store.close();
    store = Stores.at(server.endpoint(), folder, patience);
  }

  @AfterEach
  void stop() throws IOException {
    end.countDown();
    store.close();
    server.close();
  }

  private void never(Socket client, String head) throws InterruptedException {
    end.await();
    assertThat(client.isBound()).as(head).isTrue();
  }

  @Test
  void aStoreThatTakesNothingOfABody_isGivenUp() {
    serve(this::never);
    assertGivesUp(
        () -> store.uploadPart(UPLOAD, 3, LARGE),
        "Uploading part 3 of s3://b/k",
        "took nothing after");
    assertThat(server.connections()).isEqualTo(Stores.SHORT.attempts());
  }

  @Test
  void aStoreThatTakesNothingOfABodyOverTls_isGivenUp() throws IOException, InterruptedException {
    var limit = Duration.ofSeconds(15);
    // The handshake has to fit.
    var patience = new Patience(limit, limit, limit, 1, Duration.ofMinutes(1), 1, limit);
    var socket =
        LoopbackCertificate.context()
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    try (var secure = new RawServer(socket, "https", this::never);
        var there = Stores.at(secure.endpoint(), folder, patience)) {
      assertGivesUp(
          () -> there.uploadPart(UPLOAD, 3, LARGE),
          "Uploading part 3 of s3://b/k",
          "took nothing after");
    }
  }

  @Test
  void aStoreThatTakesABodyByTheByte_isGivenUp() {
    serve((client, _) -> trickle(client.getInputStream()));
    assertGivesUp(() -> store.uploadPart(UPLOAD, 3, LARGE), "Uploading part 3", "took");
  }

  private void trickle(InputStream in) throws IOException, InterruptedException {
    while (in.read() >= 0 && !end.await(20, TimeUnit.MILLISECONDS)) {
      // A byte, and another one.
    }
  }

  @Test
  void aStoreThatDoesNotAnswer_isGivenUp() {
    serve(this::never);
    assertGivesUp(() -> store.get("k", 100), "Reading of s3://b/k", "did not answer for 900 ms");
    assertGivesUp(() -> store.folders("p/"), "Listing of s3://b/p/", "did not answer for 900 ms");
  }

  @Test
  void aStoreThatAnswersByTheByte_isGivenUp() {
    serve(
        (client, _) -> {
          say(client, "HTTP/1.1 200 OK\r\nX-Slow: ");
          do {
            say(client, "x");
          } while (!end.await(20, TimeUnit.MILLISECONDS));
        });
    assertGivesUp(() -> store.stat("k"), "Looking of s3://b/k", "did not answer for 900 ms");
  }

  @Test
  void aStoreThatStopsInTheMiddleOfABody_isGivenUp() {
    serve(
        (client, _) -> {
          say(client, PARTIAL + "Content-Length: 9\r\nContent-Range: bytes 0-8/9\r\n\r\n");
          end.await();
        });
    assertGivesUp(
        () -> store.getRange("k", 0, ByteBuffer.allocate(9), Optional.empty()),
        "Reading of s3://b/k",
        "sent nothing after 0 bytes for 900 ms");
  }

  @Test
  void aStoreThatSendsABodyByTheByte_isGivenUp() {
    serve(
        (client, _) -> {
          say(client, OK + "Content-Length: 1000\r\n\r\n");
          do {
            say(client, "x");
          } while (!end.await(20, TimeUnit.MILLISECONDS));
        });
    assertGivesUp(() -> store.get("k", 2000), "Reading of s3://b/k", "bytes within 900 ms");
  }

  @Test
  void aStoreThatBreaksOffAfterEachByte_isGivenUpAtTheDeadline() {
    serve(
        inSeconds(3),
        (client, head) -> {
          var range = head.replaceAll("(?s).*bytes=(\\d+)-(\\d+).*", "$1-$2");
          say(client, PARTIAL + "Content-Range: bytes " + range + "/1000000\r\n");
          say(client, "Content-Length: 900000\r\n\r\nx");
        });
    assertGivesUp(
        () -> store.getRange("k", 0, ByteBuffer.allocate(1_000_000), Optional.empty()),
        "Reading of s3://b/k was given up after 3 s");
    assertThat(server.connections()).isGreaterThan(10);
  }

  @Test
  void aStoreThatNeverStopsAnsweringFastEnough_isGivenUpAtTheDeadline() {
    serve(
        inSeconds(3),
        (client, _) -> {
          say(
              client,
              PARTIAL
                  + "Content-Length: 100000000\r\nContent-Range: bytes 0-99999999/100000000\r\n\r\n");
          do {
            say(client, "x".repeat(10_000));
          } while (!end.await(20, TimeUnit.MILLISECONDS));
        });
    assertGivesUp(
        () -> store.getRange("k", 0, ByteBuffer.allocate(100_000_000), Optional.empty()),
        "Reading of s3://b/k was given up after 3 s",
        "had sent");
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void aStoreThatIsSlowButSteady_isWaitedFor() {
    var limit = Duration.ofMillis(1500);
    serve(
        new Patience(limit, limit, limit, 10_000, Duration.ofMinutes(1), 1, limit),
        (client, _) -> {
          var in = client.getInputStream();
          for (var left = LARGE.length(); left > 0; ) {
            left -= in.readNBytes((int) Math.min(left, 1 << 20)).length;
            end.await(200, TimeUnit.MILLISECONDS);
          }
          say(client, OK + "Content-Length: 0\r\n\r\n");
        });
    var part = store.uploadPart(UPLOAD, 1, LARGE);
    assertThat(part.etag()).isEqualTo("\"e\"");
  }

  @Test
  void aStoreThatPutsPartsTogether_mayTakeLonger() {
    var xml = "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>";
    serve(
        (client, head) -> {
          if (head.startsWith("HEAD")) {
            say(client, OK + "Content-Length: 1\r\n\r\n");
            return;
          }
          end.await(700, TimeUnit.MILLISECONDS);
          say(client, "HTTP/1.1 200 OK\r\nContent-Length: " + (xml.length() + 3) + "\r\n\r\n");
          for (var i = 0; i < 3; i++) {
            say(client, " ");
            end.await(400, TimeUnit.MILLISECONDS);
          }
          say(client, xml);
        });
    var part = new UploadedPart(1, 1, "\"e\"", "");
    assertThat(store.completeMultipart(UPLOAD, List.of(part), WriteCondition.always()))
        .isEqualTo(new WriteOutcome.Written("\"e\""));
  }

  @Test
  void anInterruptedThread_isNotHeldByASilentStore()
      throws InterruptedException, ExecutionException, TimeoutException {
    serve(Stores.CALM, this::never);
    List<ThrowingCallable> operations =
        List.of(
            () -> store.get("k", 10),
            () -> store.stat("k"),
            () -> store.getRange("k", 0, ByteBuffer.allocate(1), Optional.empty()),
            () -> store.put("k", LARGE, WriteCondition.ifAbsent(), Map.of()),
            () -> store.delete("k"),
            () -> store.list("k", _ -> {}),
            () -> store.folders("k/"),
            () -> store.createMultipart("k", Map.of()),
            () -> store.uploadPart(UPLOAD, 1, LARGE),
            () -> store.abortMultipart(UPLOAD),
            () -> store.openUploads("k"),
            () -> store.uploadedParts(UPLOAD));
    for (var operation : operations) {
      for (var early : List.of(true, false)) {
        var outcome = new CompletableFuture<Throwable>();
        var before = server.connections();
        var thread =
            Thread.ofPlatform()
                .start(
                    () -> {
                      if (early) {
                        Thread.currentThread().interrupt();
                      }
                      outcome.complete(catchThrowableOfType(Throwable.class, operation));
                    });
        while (!early && server.connections() == before && !outcome.isDone()) {
          Thread.onSpinWait();
        }
        thread.interrupt();
        assertThat(outcome.get(10, TimeUnit.SECONDS))
            .isInstanceOfSatisfying(
                VirtMoverException.class,
                failure -> {
                  assertThat(failure.kind()).isEqualTo(FailureKind.CANCELED);
                  assertThat(failure.getMessage()).contains("s3://b/k").contains("canceled");
                });
      }
    }
  }

  @Test
  void theWatch_endsWithTheStore() throws InterruptedException {
    serve(this::never);
    assertThat(watches()).isNotEmpty();
    store.close();
    var deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!watches().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(watches()).isEmpty();
  }

  private static List<Thread> watches() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("store-watch"))
        .toList();
  }

  private static void assertGivesUp(ThrowingCallable operation, String... words) {
    var failure = catchThrowableOfType(VirtMoverException.class, operation);
    assertThat(failure).as("nothing thrown").isNotNull();
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure).hasMessageContainingAll(words);
  }
}
