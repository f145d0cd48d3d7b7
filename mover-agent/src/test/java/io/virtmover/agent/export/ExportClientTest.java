// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.export.LoopbackExporter.Script;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.tls.LoopbackCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Single requests; what is made of their failures is in {@link ExportVolumeTest}. */
@Timeout(60)
class ExportClientTest {
  private static final String DATA = "application/octet-stream";

  private final GoodExporter good = GoodExporter.of(1000);

  @Test
  void aServer_getsKnownWithItsAnswers() {
    // given: nobody, then something, then the export server, then something again
    Script script =
        (request, out) -> {
          switch (request.number()) {
            case 1 -> throw new IOException("hangs up");
            case 3 -> good.answer(request, out);
            default -> Raw.status(out, 503, "text/html", "wait");
          }
        };
    try (var server = LoopbackExporter.start(script);
        var client = server.client(LoopbackExporter.access())) {
      // then
      assertThat(client.contact()).isEqualTo(Trouble.Contact.NONE);
      assertThat(get(client)).isPresent();
      assertThat(client.contact()).isEqualTo(Trouble.Contact.NONE);
      assertThat(get(client)).isPresent();
      assertThat(client.contact()).isEqualTo(Trouble.Contact.REACHED);
      assertThat(get(client)).isEmpty();
      assertThat(client.contact()).isEqualTo(Trouble.Contact.SERVED);
      assertThat(get(client)).isPresent();
      assertThat(client.contact()).isEqualTo(Trouble.Contact.SERVED);
    }
  }

  @Test
  void aRequest_carriesTheTokenAndWantsNothingEncoded() {
    assertThat(headersWith(LoopbackExporter.access()))
        .containsEntry("x-kubevirt-export-token", LoopbackExporter.TOKEN)
        .containsEntry("accept-encoding", "identity");
    assertThat(headersWith(new ExportAccess(LoopbackCertificate.context(), Optional.empty())))
        .doesNotContainKey("x-kubevirt-export-token");
  }

  private Map<String, String> headersWith(ExportAccess access) {
    var headers = new ConcurrentHashMap<String, String>();
    Script script =
        (request, out) -> {
          headers.putAll(request.headers());
          good.answer(request, out);
        };
    try (var server = LoopbackExporter.start(script);
        var client = server.client(access)) {
      assertThat(get(client)).isEmpty();
    }
    return headers;
  }

  @Test
  void aRedirect_isNotFollowed() {
    // given
    Script script = (_, out) -> Raw.status(out, 302, "Location: /exports/d/data", "", 0);
    try (var server = LoopbackExporter.start(script);
        var client = server.client(LoopbackExporter.access())) {
      // then
      assertThat(get(client)).isPresent();
      assertThat(server.requests()).isEqualTo(1);
    }
  }

  @Test
  void ofAnEndlessErrorPage_theBeginningIsRead() {
    try (var server = LoopbackExporter.start((_, out) -> neverEnding(out));
        var client = server.client(LoopbackExporter.access())) {
      // when
      var trouble = get(client).orElseThrow();

      // then
      assertThat(trouble.what()).startsWith("it answered 503: 'away away");
    }
  }

  private static void neverEnding(OutputStream out) throws IOException {
    out.write(
        "HTTP/1.1 503 Whatever\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    while (true) {
      Raw.chunk(out, "away ".repeat(100).getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void whatHadComeBeforeABreak_isKept() {
    // given
    Script script =
        (_, out) -> {
          GoodExporter.startData(out);
          Raw.chunk(out, good.bytes(0, 7));
        };
    var into = ByteBuffer.allocate(10);
    try (var server = LoopbackExporter.start(script);
        var client = server.client(LoopbackExporter.access())) {
      // when
      var trouble = client.get("/data?offset=0&length=10", DATA, new BufferSink(into));

      // then
      assertThat(trouble)
          .hasValueSatisfying(
              broken -> assertThat(broken.passing()).isEqualTo(Trouble.Passing.OUTAGE));
      assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(good.bytes(0, 7)));
    }
  }

  @Test
  void whoWaitsForAnAnswer_canBeCanceled() {
    // given
    var waiting = Thread.currentThread();
    var never = new CountDownLatch(1);
    Script script =
        (_, _) -> {
          waiting.interrupt();
          await(never);
        };
    try (var server = LoopbackExporter.start(script);
        var client = server.client(LoopbackExporter.access())) {
      // then
      assertThatThrownBy(() -> get(client))
          .isInstanceOfSatisfying(
              VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CANCELED))
          .hasMessageContaining(server.address().toString());
      assertThat(Thread.interrupted()).isTrue();
    } finally {
      never.countDown();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Optional<Trouble> get(ExportClient client) {
    return client.get("/data?offset=0&length=10", DATA, new BufferSink(ByteBuffer.allocate(10)));
  }
}
