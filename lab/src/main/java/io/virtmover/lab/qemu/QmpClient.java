// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;

/**
 * Speaks QEMU's machine protocol (QEMU docs/interop/qmp-spec) with one QEMU process. Commands go
 * one after another; any number of threads may wait for events meanwhile.
 */
final class QmpClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Events that nobody waited for are forgotten in the end. */
  private static final int REMEMBERED_EVENTS = 4096;

  /** A write of many megabytes on a busy machine is the longest of all commands. */
  private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(2);

  private final SocketChannel channel;
  private final BufferedReader in;
  private final OutputStream out;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final Deque<JsonNode> events = new ArrayDeque<>();
  private long commands;
  private boolean isGone;

  private QmpClient(SocketChannel channel) {
    this.channel = channel;
    this.in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    this.out = Channels.newOutputStream(channel);
  }

  /**
   * Waits until a QEMU that is given {@code server} as its monitor's peer connects, and negotiates.
   * Whoever connects to a QEMU that starts may meet two of its threads at work on that connection:
   * it is greeted twice then, or never answered.
   *
   * @param end completes when there is no QEMU any more
   */
  static QmpClient accept(ServerSocketChannel server, CompletableFuture<?> end, Duration patience)
      throws IOException {
    var over =
        end.copy()
            .handle((_, _) -> true)
            .completeOnTimeout(true, patience.toMillis(), MILLISECONDS);
    var closing = over.thenRun(() -> close(server));
    SocketChannel channel;
    try {
      channel = server.accept();
    } catch (ClosedChannelException e) {
      throw new IOException(
          end.isDone() ? "QEMU ended" : "QEMU does not connect within " + patience, e);
    } finally {
      closing.cancel(false);
    }
    var client = new QmpClient(channel);
    try {
      if (client.in.readLine() == null) {
        throw new IOException("QEMU closed its connection");
      }
      Thread.ofVirtual().name("qmp").start(client::receive);
      client.execute("qmp_capabilities", client.arguments());
      return client;
    } catch (IOException | QemuException e) {
      channel.close();
      throw e;
    }
  }

  private static void close(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void receive() {
    try {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        var message = JSON.readTree(line);
        if (message.has("event")) {
          remember(message);
        } else {
          answers.add(message);
        }
      }
    } catch (IOException e) {
      // The connection is over, as at the end of the stream.
    } finally {
      synchronized (events) {
        isGone = true;
        events.notifyAll();
      }
      answers.add(JSON.nullNode());
    }
  }

  private void remember(JsonNode event) {
    synchronized (events) {
      events.add(event);
      if (events.size() > REMEMBERED_EVENTS) {
        events.removeFirst();
      }
      events.notifyAll();
    }
  }

  ObjectNode arguments() {
    return JSON.createObjectNode();
  }

  /** Executes a command; QEMU's refusal is an exception with its words. */
  synchronized JsonNode execute(String command, ObjectNode arguments) {
    try {
      var id = ++commands;
      var request = JSON.createObjectNode().put("execute", command).put("id", id);
      request.set("arguments", arguments);
      out.write((JSON.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
      var answer = answer(command, id);
      if (answer.has("error")) {
        throw new QemuException(command, answer.path("error").path("desc").asText());
      }
      return answer.path("return");
    } catch (IOException e) {
      throw new QemuException(command, "QEMU is gone: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QemuException(command, "interrupted");
    }
  }

  /** Others are of commands whose caller did not wait for them. */
  private JsonNode answer(String command, long id) throws InterruptedException {
    while (true) {
      var answer = answers.poll(ANSWERED_WITHIN.toSeconds(), SECONDS);
      if (answer == null) {
        throw new QemuException(command, "QEMU does not answer within " + ANSWERED_WITHIN);
      }
      if (answer.isNull()) {
        answers.add(answer);
        throw new QemuException(command, "QEMU is gone");
      }
      if (answer.path("id").asLong() == id) {
        return answer;
      }
    }
  }

  /**
   * Waits for an event, or finds it among the last ones. It stays there for others who wait for it,
   * so whatever is waited for needs a name that is used once.
   */
  JsonNode await(Predicate<JsonNode> wanted) {
    synchronized (events) {
      try {
        while (true) {
          var found = events.stream().filter(wanted).findFirst();
          if (found.isPresent()) {
            return found.get();
          }
          if (isGone) {
            throw new QemuException("waiting for an event", "QEMU is gone");
          }
          events.wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new QemuException("waiting for an event", "interrupted");
      }
    }
  }

  /** Runs a monitor command for people; its output. */
  String monitor(String commandLine) {
    return execute("human-monitor-command", arguments().put("command-line", commandLine)).asText();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
