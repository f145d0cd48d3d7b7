// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What QEMU's monitor may send beside the answer that is waited for. */
@Timeout(60)
class QmpClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final CompletableFuture<Void> RUNNING = new CompletableFuture<>();

  @TempDir Path folder;
  private Path socket;
  private ServerSocketChannel server;

  @BeforeEach
  void listen() throws IOException {
    socket = folder.resolve("qmp");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void givenASecondGreeting_itIsNotTakenForAnAnswer() throws IOException {
    try (var monitor = new Monitor(socket)) {
      // given
      monitor.greet();
      monitor.greet();
      var connected = accept();
      monitor.answer("{}");

      // when
      var client = connected.join();
      var name = executeAsync(client, "query-name");
      monitor.answer("{\"name\": \"db\"}");

      // then
      assertThat(name.join().path("name").asText()).isEqualTo("db");
    }
  }

  @Test
  void givenAnInterruptedCommand_itsLateAnswerIsNotTakenForTheNextOnes() throws Exception {
    try (var monitor = new Monitor(socket)) {
      // given
      var client = negotiated(monitor);
      var interrupted = new FutureTask<>(() -> client.execute("query-first", client.arguments()));
      var thread = Thread.ofPlatform().start(interrupted);
      var first = monitor.request();
      // An interrupt while it still writes would cut the connection.
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      thread.interrupt();
      assertThatThrownBy(interrupted::get)
          .hasCauseInstanceOf(QemuException.class)
          .hasMessageContaining("interrupted");

      // when
      var second = executeAsync(client, "query-second");
      monitor.answer(first, "{\"of\": \"first\"}");
      monitor.answer("{\"of\": \"second\"}");

      // then
      assertThat(second.join().path("of").asText()).isEqualTo("second");
    }
  }

  @Test
  void givenEventsBeforeAnAnswer_theyWaitForWhoeverWantsThem() throws IOException {
    try (var monitor = new Monitor(socket)) {
      // given
      var client = negotiated(monitor);
      monitor.send("{\"event\": \"STOP\"}");
      var answer = executeAsync(client, "query-status");
      monitor.answer("{\"status\": \"paused\"}");

      // when
      var event = client.await(candidate -> candidate.path("event").asText().equals("STOP"));

      // then
      assertThat(event.path("event").asText()).isEqualTo("STOP");
      assertThat(answer.join().path("status").asText()).isEqualTo("paused");
    }
  }

  @Test
  void givenARefusal_itIsToldInQemusWords() throws IOException {
    try (var monitor = new Monitor(socket)) {
      // given
      var client = negotiated(monitor);

      // when
      var answer = executeAsync(client, "cont");
      monitor.send(
          "{\"error\": {\"class\": \"GenericError\", \"desc\": \"not now\"}, \"id\": %s}"
              .formatted(monitor.request().path("id")));

      // then
      assertThatThrownBy(answer::join)
          .isInstanceOf(CompletionException.class)
          .hasRootCauseMessage("cont: not now");
    }
  }

  @Test
  void givenTheEndOfQemu_everybodyWhoWaitsIsTold() throws IOException {
    // given
    var monitor = new Monitor(socket);
    var client = negotiated(monitor);
    var answer = executeAsync(client, "query-status");
    var event = CompletableFuture.supplyAsync(() -> client.await(_ -> false));
    monitor.request();

    // when
    monitor.close();

    // then
    assertThatThrownBy(answer::join).hasRootCauseMessage("query-status: QEMU is gone");
    assertThatThrownBy(event::join).hasRootCauseMessage("waiting for an event: QEMU is gone");
    assertThatThrownBy(() -> client.execute("cont", client.arguments()))
        .isInstanceOf(QemuException.class)
        .hasMessageContaining("QEMU is gone");
  }

  @Test
  void givenAQemuThatEndsAtOnce_nobodyWaitsForIt() {
    // given
    var ended = CompletableFuture.completedFuture(1);

    // when, then
    assertThatThrownBy(() -> QmpClient.accept(server, ended, Duration.ofDays(1)))
        .isInstanceOf(IOException.class)
        .hasMessage("QEMU ended");
  }

  @Test
  void givenAQemuThatDoesNotConnect_theWaitEnds() {
    // when, then
    assertThatThrownBy(() -> QmpClient.accept(server, RUNNING, Duration.ofMillis(50)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not connect within");
  }

  private CompletableFuture<QmpClient> accept() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return QmpClient.accept(server, RUNNING, PATIENCE);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private QmpClient negotiated(Monitor monitor) throws IOException {
    monitor.greet();
    var connected = accept();
    monitor.answer("{}");
    return connected.join();
  }

  private static CompletableFuture<JsonNode> executeAsync(QmpClient client, String command) {
    return CompletableFuture.supplyAsync(() -> client.execute(command, client.arguments()));
  }

  /** QEMU's side of the connection. */
  private static final class Monitor implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final BufferedReader in;
    private final OutputStream out;

    Monitor(Path socket) throws IOException {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      in =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      out = Channels.newOutputStream(channel);
    }

    void greet() throws IOException {
      send("{\"QMP\": {\"version\": {}, \"capabilities\": []}}");
    }

    JsonNode request() throws IOException {
      return JSON.readTree(in.readLine());
    }

    void answer(String result) throws IOException {
      answer(request(), result);
    }

    void answer(JsonNode request, String result) throws IOException {
      send("{\"return\": %s, \"id\": %s}".formatted(result, request.path("id")));
    }

    void send(String message) throws IOException {
      out.write((message + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
