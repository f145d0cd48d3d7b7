// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.agent.export.LoopbackExporter.Script;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.ProxyRules;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client of a server that gives the answers that people have met at an exporter's address. */
@Timeout(120)
class ExportVolumeTest {
  private static final int SIZE = 300_000;
  private static final int OFFSET = 1000;
  private static final int LENGTH = 200_000;
  private static final Duration SOON = Duration.ofMillis(300);

  private final GoodExporter good = GoodExporter.of(SIZE);

  @Nested
  class GivenAServerThatHasNeverAnsweredWell {
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            301 | Location: https://u:hush@idp.example/login?t=hush | x             | INVALID_REQUEST | redirects to https://idp.example/login (301)
            307 | Location: /exports/d/data                  | x                    | INVALID_REQUEST | redirects to /exports/d/data (307)
            302 | X-No: location                             | x                    | INVALID_REQUEST | redirects to nowhere (302)
            304 |                                            |                      | INVALID_REQUEST | 304, which no export server does
            204 |                                            |                      | INVALID_REQUEST | 204, which no export server does
            206 | Content-Type: application/octet-stream     | half                 | INVALID_REQUEST | 206: 'half', which no export server does
            200 | Content-Type: text/html; charset=utf-8     | <html><body><h1>Log in</h1></body></html> | INVALID_REQUEST | sent text/html instead of application/octet-stream: 'Log in'
            200 | Content-Type: text/plain                   | hello                | INVALID_REQUEST | sent text/plain instead of
            200 |                                            | hello                | INVALID_REQUEST | a body without a type
            200 | Content-Type: application/octet-stream\\r\\nContent-Encoding: gzip | xx  | INVALID_REQUEST | encoded body
            400 | Content-Type: text/plain                   | offset is bad        | INVALID_REQUEST | does not understand the request (400: 'offset is bad')
            401 |                                            |                      | ACCESS_DENIED   | refused the export token (401)
            401 | WWW-Authenticate: Basic realm="ingress"    | no                   | ACCESS_DENIED   | in front of it wants a login (401: 'no')
            403 | Content-Type: text/html                    | <b>Forbidden</b>     | ACCESS_DENIED   | forbids the request (403: 'Forbidden')
            404 | Content-Type: text/plain; charset=utf-8    | 404 page not found   | INVALID_REQUEST | The volume is not part of this export
            404 |                                            |                      | INVALID_REQUEST | The volume is not part of this export
            404 | Content-Type: text/plain                   | default backend - 404 | INVALID_REQUEST | not the export server's: 'default backend - 404'. An ingress
            405 |                                            |                      | INVALID_REQUEST | 405, which no export server does
            407 | Proxy-Authenticate: Basic realm="squid"    | who are you          | ACCESS_DENIED   | wants a user name and a password (407: 'who are you')
            501 | Content-Type: text/plain                   | what                 | INVALID_REQUEST | 501: 'what', which no export server does
            """)
    void whenSomethingElseAnswers_thenItIsToldAsThat(
        int status, String header, String body, FailureKind kind, String words) {
      // given
      var headerLines = header == null ? "" : header.replace("\\r\\n", "\r\n");
      Script script =
          (_, out) ->
              Raw.status(
                  out,
                  status,
                  headerLines,
                  body == null ? "" : body,
                  body == null ? 0 : body.length());

      // when
      var failure = failureOfRead(script, Limits.patient());

      // then
      assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
      assertThat(failure)
          .hasMessageContaining(words)
          .hasMessageContaining("data at byte " + OFFSET)
          .hasMessageNotContaining("hush");
      assertThat(failure.getMessage()).doesNotContain("\n", "Exception");
    }

    @ParameterizedTest
    @CsvSource({"408", "425", "429", "500", "502", "503", "504", "520"})
    void whenAnOutageDoesNotEnd_thenItIsUnavailable(int status) {
      var failure =
          failureOfRead(
              (_, out) -> Raw.status(out, status, "text/plain", "not\nnow"), Limits.outage(SOON));
      assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(failure)
          .hasMessageContaining("it answered %d: 'not now'", status)
          .hasMessageContaining("data at byte 1000 within ")
          .hasMessageContaining(" tries");
    }

    @Test
    void whenTheServerRepeatsTheToken_thenTheMessageDoesNot() {
      var failure =
          failureOfRead(
              (request, out) -> Raw.status(out, 400, "text/plain", "headers: " + request.headers()),
              Limits.patient());
      assertThat(failure)
          .hasMessageContaining("(token)")
          .hasMessageNotContaining(LoopbackExporter.TOKEN);
    }

    @Test
    void whenNothingListensOrTheNameIsUnknown_thenThatIsSaid() {
      var closed = LoopbackExporter.start(good);
      closed.close();
      assertThat(failureOfRead(closed.volume(Limits.outage(SOON)))).hasMessageContaining("refused");

      var unknown =
          new ExportVolume(
              URI.create("https://no-such-name.invalid/exports/d"),
              LoopbackExporter.access(),
              Limits.outage(SOON));
      assertThat(failureOfRead(unknown)).hasMessageContaining("its name is not known here");
    }

    @Test
    void whenWhatListensSpeaksNoTls_thenThePortIsDoubted() throws IOException {
      try (var plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
        Thread.ofVirtual().start(() -> speakPlainly(plain));
        var failure = failureOfRead(volumeAt(plain, Limits.outage(SOON)));
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(FailureKind.INVALID_REQUEST);
        assertThat(failure).hasMessageContaining("does not speak TLS. Check the port.");
      }
    }

    @Test
    void whenWhatListensSaysNothing_thenItSaysAfterHowLong() throws IOException {
      try (var mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
        var limits = Limits.of(Limits.idle(Duration.ofSeconds(1)), SOON);
        assertThat(failureOfRead(volumeAt(mute, limits)))
            .hasMessageContaining("no answer began within 1.0 s");
      }
    }

    private static void speakPlainly(ServerSocket server) {
      while (!server.isClosed()) {
        try (var client = server.accept()) {
          client
              .getOutputStream()
              .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          client.getInputStream().readAllBytes();
        } catch (IOException e) {
          // The client has left, or the test is over.
        }
      }
    }

    private static ExportVolume volumeAt(ServerSocket server, ExportTimeouts limits) {
      return new ExportVolume(
          URI.create("https://localhost:%d/exports/d".formatted(server.getLocalPort())),
          LoopbackExporter.access(),
          limits);
    }

    @Test
    void whenTheCertificateIsAnothers_thenTheCaIsAskedFor() {
      try (var exporter = LoopbackExporter.start(good)) {
        var stranger =
            new ExportVolume(
                exporter.address(),
                ExportAccess.of(Optional.empty(), Optional.empty()),
                Limits.patient());
        var failure = failureOfRead(stranger);
        assertThat(failure.kind()).isEqualTo(FailureKind.ACCESS_DENIED);
        assertThat(failure)
            .hasMessageContaining("--export-ca")
            .hasMessageNotContaining("Exception");
      }
    }
  }

  @Nested
  class GivenAnOutageThatEnds {
    @ParameterizedTest
    @CsvSource({"429", "500", "502", "503", "504"})
    void whenItIsAskedAgain_thenTheBytesAreRight(int status) throws IOException {
      assertRead(
          (request, out) -> {
            if (request.number() <= 8) {
              Raw.status(out, status, "text/html", "<html>not now</html>");
            } else {
              good.answer(request, out);
            }
          });
    }

    @Test
    void whenConnectionsAreDroppedWithoutAWord_thenTheBytesAreRight() {
      assertRead(
          (request, out) -> {
            if (request.number() > 6) {
              good.answer(request, out);
            }
          });
    }

    @Test
    void whenBodiesBreakOff_thenOnlyTheRestIsAskedFor() {
      var sent = new AtomicInteger();
      assertRead(
          (request, out) -> {
            sent.addAndGet(Math.min(50_000, (int) request.length()));
            GoodExporter.startData(out);
            Raw.chunk(out, good.bytes(request.offset(), (int) Math.min(50_000, request.length())));
            if (request.length() <= 50_000) {
              Raw.lastChunk(out);
            }
          });
      assertThat(sent).hasValue(LENGTH);
    }

    @Test
    void whenBodiesEndCleanlyTooEarly_thenTheRestIsAskedFor() {
      assertRead(
          (request, out) -> good.data(request, out, (int) Math.min(30_000, request.length())));
    }

    @Test
    void whenAServerThatWasGoodIsReplacedForAWhile_thenItIsWaitedFor() throws IOException {
      var strangers =
          List.<Script>of(
              (_, out) -> Raw.status(out, 404, "text/plain", "default backend - 404"),
              (_, out) -> Raw.status(out, 302, "Location: https://idp/login", "", 0),
              (_, out) -> Raw.status(out, 200, "text/html", "<html>maintenance</html>"),
              (_, out) -> Raw.status(out, 403, "text/html", "<html>no</html>"),
              (_, out) -> Raw.status(out, 405, "text/plain", ""),
              (_, out) -> Raw.status(out, 206, "text/plain", ""));
      for (var stranger : strangers) {
        assertRead(
            (request, out) -> {
              if (request.number() == 1) {
                good.data(request, out, 10_000);
              } else if (request.number() <= 8) {
                stranger.answer(request, out);
              } else {
                good.answer(request, out);
              }
            });
      }
    }
  }

  @Nested
  class GivenBytesThatDoNotAddUp {
    @Test
    void whenMoreComeThanWereAskedFor_thenTheServerIsNotBelieved() {
      var failure =
          failureOfRead((request, out) -> good.data(request, out, SIZE), Limits.patient());
      assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
      assertThat(failure).hasMessageContaining("more bytes than asked for");
    }

    @Test
    void whenNoneComeAgainAndAgain_thenTheDiskIsSmaller() {
      var failure = failureOfRead((request, out) -> good.data(request, out, 0), Limits.patient());
      assertThat(failure.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
      assertThat(failure)
          .hasMessageContaining("data at byte %d within", OFFSET)
          .hasMessageContaining("cleanly %d bytes early, after 0", LENGTH);
    }

    @Test
    void whenAProxyStatesALengthAndBreaksOff_thenTheRestIsAskedFor() {
      assertRead(
          (request, out) -> {
            if (request.number() == 1) {
              Raw.status(out, 200, "Content-Type: application/octet-stream", "", LENGTH);
              out.write(good.bytes(request.offset(), 30_000));
            } else {
              good.answer(request, out);
            }
          });
    }
  }

  @Nested
  class GivenAServerThatDoesNotEnd {
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    void whenNoAnswerBegins_thenItSaysAfterHowLong() {
      var failure =
          failureOfRead((_, _) -> untilOver(), Limits.of(Limits.idle(Duration.ofSeconds(1)), SOON));
      assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(failure)
          .hasMessageContaining("no answer began within 1.0 s")
          .hasMessageContaining("data at byte " + OFFSET);
    }

    @Test
    void whenOnlyTheStatusLineComes_thenItSaysAfterHowLong() {
      var failure =
          failureOfRead(
              (_, out) -> {
                out.write("HTTP/1.1 200 OK\r\nContent-".getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                untilOver();
              },
              Limits.of(Limits.idle(Duration.ofSeconds(1)), SOON));
      assertThat(failure).hasMessageContaining("no answer began within 1.0 s");
    }

    @Test
    void whenABodyStops_thenItSaysAfterHowLongAndWhere() {
      var failure =
          failureOfRead(
              (request, out) -> {
                GoodExporter.startData(out);
                if (request.number() == 1) {
                  Raw.chunk(out, good.bytes(request.offset(), 100));
                }
                untilOver();
              },
              Limits.of(Limits.idle(Duration.ofSeconds(1)), SOON));
      assertThat(failure)
          .hasMessageContaining("data at byte %d within", OFFSET + 100)
          .hasMessageContaining("no byte came for 1.0 s after the first ");
    }

    @Test
    void whenABodyTrickles_thenItEndsAlthoughItIsNeverIdle() {
      var failure =
          failureOfRead(
              this::trickle,
              Limits.of(Limits.rate(LENGTH, Duration.ofMillis(300)), Duration.ofMillis(600)));
      assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
      assertThat(failure).hasMessageContaining("bytes came within ").hasMessageContaining("only ");
    }

    @Test
    void whenAnAnswerTakesTooLongInAll_thenItIsAskedAnew() {
      var failure =
          failureOfRead(
              this::trickle,
              Limits.of(
                  new ExportTimeouts.Exchange(
                      Duration.ofMinutes(1), LENGTH, Duration.ofMinutes(1), Duration.ofMillis(300)),
                  SOON));
      assertThat(failure).hasMessageContaining("an answer was not complete after 0.3 s, ");
    }

    @Test
    void whenItStopsOnce_thenWhatHadComeIsKept() {
      var offsets = new ConcurrentLinkedQueue<Long>();
      var limits = Limits.of(Limits.idle(Duration.ofSeconds(1)), Duration.ofMinutes(1));
      assertRead(
          (request, out) -> {
            offsets.add(request.offset());
            if (request.number() == 1) {
              GoodExporter.startData(out);
              Raw.chunk(out, good.bytes(request.offset(), 12_345));
              untilOver();
            } else {
              good.answer(request, out);
            }
          },
          limits);
      assertThat(offsets).startsWith((long) OFFSET, OFFSET + 12_345L);
    }

    /** A byte now and then, for as long as anybody listens. */
    private void trickle(LoopbackExporter.Request request, OutputStream out) throws IOException {
      GoodExporter.startData(out);
      for (var at = 0; !pause(Duration.ofMillis(20)) && at < request.length(); at++) {
        Raw.chunk(out, good.bytes(request.offset() + at, 1));
      }
    }

    private void untilOver() {
      pause(Duration.ofMinutes(2));
    }

    /** How a slow server spends its time: waiting for something that does not come. */
    private boolean pause(Duration most) {
      try {
        return over.await(most.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
  }

  @Test
  void givenAByteNowAndThen_whenItBreaksOffEachTime_thenThatIsNoProgress() {
    var failure =
        failureOfRead(
            (request, out) -> {
              GoodExporter.startData(out);
              Raw.chunk(out, good.bytes(request.offset(), 1));
            },
            Limits.outage(Duration.ofMillis(600)));
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
  }

  @Test
  void givenSystemProxies_whenReading_thenTheyAreNotAsked() {
    var before = ProxySelector.getDefault();
    var asked = new AtomicInteger();
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            // Every socket of the JVM asks for SOCKS.
            if (!uri.getScheme().equals("socket")) {
              asked.incrementAndGet();
            }
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
    try {
      assertRead(good);
    } finally {
      ProxySelector.setDefault(before);
    }
    assertThat(asked).hasValue(0);
  }

  @Test
  void givenAnErrorWhileABodyIsTaken_thenItIsNotLost() {
    var error = new OutOfMemoryError("thrown on purpose");
    var sink =
        new Sink() {
          @Override
          public boolean take(ByteBuffer piece) {
            throw error;
          }

          @Override
          public Optional<Trouble> trouble() {
            return Optional.empty();
          }
        };
    try (var exporter = LoopbackExporter.start(good);
        var client =
            new ExportClient(
                exporter.address().toString(),
                LoopbackExporter.access(),
                Limits.patient(),
                ProxyRules.none()::proxyFor)) {
      assertThatThrownBy(
              () -> client.get("/data?offset=0&length=10", "application/octet-stream", sink))
          .isSameAs(error);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://localhost/exports/d?x-kubevirt-export-token=hush",
    "https://us:hush@localhost/exports/d",
    "http://localhost/exports/d?hush",
    "https://localhost/exports/d#hush",
    "https:///exports/d",
    "https://local_host:8443/exports/d"
  })
  void anAddressThatIsNoPlainOne_isRefusedWithoutRepeatingItsSecrets(String address) {
    assertThatThrownBy(
            () ->
                new ExportVolume(URI.create(address), LoopbackExporter.access(), Limits.patient()))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("/exports/d")
        .hasMessageNotContaining("hush");
  }

  private void assertRead(Script script) {
    assertRead(script, Limits.patient());
  }

  private void assertRead(Script script, ExportTimeouts limits) {
    try (var exporter = LoopbackExporter.start(script);
        var volume = exporter.volume(limits)) {
      var into = ByteBuffer.allocate(LENGTH);
      volume.read(OFFSET, into);
      assertThat(into.array()).isEqualTo(good.bytes(OFFSET, LENGTH));
    }
  }

  private static VirtMoverException failureOfRead(Script script, ExportTimeouts limits) {
    try (var exporter = LoopbackExporter.start(script)) {
      return failureOfRead(exporter.volume(limits));
    }
  }

  private static VirtMoverException failureOfRead(ExportVolume volume) {
    try (volume) {
      return catchThrowableOfType(
          VirtMoverException.class, () -> volume.read(OFFSET, ByteBuffer.allocate(LENGTH)));
    }
  }
}
