// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
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

  private final SocketChannel channel;
  private final BufferedReader in;
  private final Writer out;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final Deque<JsonNode> events = new ArrayDeque<>();
  private boolean isGone;

  private QmpClient(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    this.out = Channels.newWriter(channel, StandardCharsets.UTF_8);
  }

  /** Connects once the socket is there, and negotiates. */
  static QmpClient connect(Path socket, Process qemu, Duration patience) throws IOException {
    var deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        var client = new QmpClient(channel);
        if (client.in.readLine() == null) {
          throw new IOException("no greeting");
        }
        Thread.ofVirtual().name("qmp").start(client::receive);
        client.execute("qmp_capabilities", client.arguments());
        return client;
      } catch (IOException e) {
        channel.close();
        if (!qemu.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("QEMU does not answer on " + socket, e);
        }
        Thread.onSpinWait();
      }
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
      var request = JSON.createObjectNode().put("execute", command);
      request.set("arguments", arguments);
      out.write(JSON.writeValueAsString(request) + "\n");
      out.flush();
      var answer = answers.take();
      if (answer.isNull()) {
        answers.add(answer);
        throw new QemuException(command, "QEMU is gone");
      }
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
