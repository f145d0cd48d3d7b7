// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndableConnectionTest {
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(CloseMode.class)
  void onceEnded_itTakesNoSocketMore(CloseMode mode) throws IOException {
    // given
    var connection = new EndableConnection();
    connection.close(mode);

    // then: of no address of the server
    for (var address = 0; address < 2; address++) {
      try (var socket = new Socket()) {
        assertThatThrownBy(() -> connection.bind(socket))
            .isInstanceOf(InterruptedIOException.class);
        assertThat(socket.isClosed()).isTrue();
      }
    }
  }

  @Test
  void endedWhileItIsBeingMade_itIsNotMadeAfterAll() throws IOException {
    // given: bound before the socket is connected, as its client does it
    try (var connection = new EndableConnection();
        var socket = new Socket()) {
      connection.bind(socket);

      // when
      connection.close(CloseMode.IMMEDIATE);

      // then
      assertThat(socket.isClosed()).isTrue();
      try (var next = new Socket(server.getInetAddress(), server.getLocalPort())) {
        assertThatThrownBy(() -> connection.bind(next)).isInstanceOf(InterruptedIOException.class);
        assertThat(next.isClosed()).isTrue();
      }
    }
  }

  @Test
  void closed_itDoesNotWaitForTheOtherSidesLastWord() throws IOException {
    // given
    var connection = new EndableConnection();
    connection.bind(new Socket(server.getInetAddress(), server.getLocalPort()));
    try (var other = server.accept()) {
      // when
      connection.close();

      // then: cut off, not taken leave of
      assertThatThrownBy(() -> other.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }
}
