// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Speaks to the tiny Linux guest over its second serial port: a command a line, answered by its
 * output and a line that begins with an equals sign ({@code lab/cluster/guest/init}).
 */
final class GuestShell implements AutoCloseable {
  /** An emulated guest on a busy machine takes its time to boot, and so does one that writes. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String END = "";
  private static final String MARK = "= ";

  private final SocketChannel channel;
  private final Writer out;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private GuestShell(SocketChannel channel) {
    this.channel = channel;
    this.out = Channels.newWriter(channel, StandardCharsets.UTF_8);
    Thread.ofVirtual().name("guest-shell").start(this::receive);
  }

  /** Connects to the socket of a machine that has not begun to run. */
  static GuestShell connect(Path socket) throws IOException {
    return new GuestShell(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
  }

  private void receive() {
    try (var in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          lines.add(line.strip());
        }
      }
    } catch (IOException e) {
      // The guest is gone; whoever waits is told by the end.
    }
    lines.add(END);
  }

  /** Waits until the guest has booted and mounted its disks. */
  void awaitReady() {
    answer("boot", "ready");
  }

  /**
   * Has the guest obey a command.
   *
   * @return the lines it printed
   * @throws QemuException when it failed, in the guest's words
   */
  synchronized List<String> run(String command) {
    try {
      out.write(command + "\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer(command, "ok");
  }

  private List<String> answer(String command, String good) {
    var printed = new ArrayList<String>();
    while (true) {
      var line = next(command);
      if (line.equals(MARK + good)) {
        return printed;
      }
      if (line.startsWith(MARK)) {
        throw new QemuException(command, "the guest says: " + line.substring(MARK.length()));
      }
      printed.add(line);
    }
  }

  private String next(String command) {
    try {
      var line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (line == null) {
        throw new QemuException(
            command, "the guest does not answer within %d s".formatted(PATIENCE.toSeconds()));
      }
      if (line.equals(END)) {
        lines.add(END);
        throw new QemuException(command, "the guest is gone");
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QemuException(command, "interrupted");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
