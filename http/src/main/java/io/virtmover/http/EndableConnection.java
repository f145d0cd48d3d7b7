// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;

/**
 * A connection that stays ended once it was. Its parent, ended while it is being made, goes on with
 * the server's next address; and closed after an answer that is no HTTP, it waits for the other
 * side's last word of TLS.
 */
final class EndableConnection extends DefaultManagedHttpClientConnection {
  private static final AtomicLong NUMBERS = new AtomicLong();

  private volatile boolean ended;

  EndableConnection() {
    super(
        "http-" + NUMBERS.incrementAndGet(),
        null,
        null,
        Http1Config.DEFAULT,
        null,
        null,
        null,
        DefaultHttpResponseParserFactory.INSTANCE);
  }

  /** Called before a socket is connected, and once it is. */
  @Override
  public void bind(Socket socket) throws IOException {
    super.bind(socket);
    if (ended) {
      socket.close();
      throw new InterruptedIOException("the connection was ended while it was being made");
    }
  }

  @Override
  public void close() {
    close(CloseMode.IMMEDIATE);
  }

  @Override
  public void close(CloseMode mode) {
    ended = true;
    super.close(mode);
  }
}
