// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for programs that have to be told theirs. They are below those that the kernel gives away
 * by itself, so that nobody gets one between the look whether it is free and its use.
 */
public final class FreePort {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;
  private static final int MOST_TRIES = 100;

  private FreePort() {}

  /** One on which nobody listens on loopback. */
  public static int find() {
    for (var tries = 0; tries < MOST_TRIES; tries++) {
      var port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody has it.
      }
    }
    throw new IllegalStateException("no port from %d to %d is free".formatted(FIRST, END));
  }
}
