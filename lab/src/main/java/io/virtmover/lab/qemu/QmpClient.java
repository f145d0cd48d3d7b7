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
import java.util.function.Predicate;

/** Speaks QEMU's machine protocol (QEMU docs/interop/qmp-spec) with one QEMU process. */
final class QmpClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SocketChannel channel;
  private final BufferedReader in;
  private final Writer out;
  private final Deque<JsonNode> events = new ArrayDeque<>();

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
        client.readLine();
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
      while (true) {
        var answer = readLine();
        if (answer.has("event")) {
          events.add(answer);
        } else if (answer.has("error")) {
          throw new QemuException(command, answer.path("error").path("desc").asText());
        } else {
          return answer.path("return");
        }
      }
    } catch (IOException e) {
      throw new QemuException(command, "QEMU is gone: " + e.getMessage());
    }
  }

  /** Waits for an event; those of other jobs stay for whoever waits for them. */
  synchronized JsonNode await(Predicate<JsonNode> wanted) {
    try {
      while (true) {
        var found = events.stream().filter(wanted).findFirst();
        if (found.isPresent()) {
          events.remove(found.get());
          return found.get();
        }
        events.add(readLine());
      }
    } catch (IOException e) {
      throw new QemuException("waiting for an event", "QEMU is gone: " + e.getMessage());
    }
  }

  /** Runs a monitor command for people; its output. */
  String monitor(String commandLine) {
    return execute("human-monitor-command", arguments().put("command-line", commandLine)).asText();
  }

  private JsonNode readLine() throws IOException {
    var line = in.readLine();
    if (line == null) {
      throw new IOException("end of the monitor's stream");
    }
    return JSON.readTree(line);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
