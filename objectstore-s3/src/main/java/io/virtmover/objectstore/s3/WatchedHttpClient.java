// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.concurrent.Workers;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Watches every exchange of another client, whichever that is: ends those in which no byte moves in
 * either direction, those that are too slow, those past their operation's deadline, and those whose
 * thread is interrupted. A socket's own timeout sees none of the first three while the store takes
 * or sends one byte now and then, and none at all while it is written to.
 */
final class WatchedHttpClient implements SdkHttpClient {
  private static final Duration LONGEST_TICK = Duration.ofMillis(250);
  private static final int TICKS_PER_LIMIT = 10;

  private final SdkHttpClient client;
  private final Patience patience;
  private final Set<Watched> running = ConcurrentHashMap.newKeySet();
  private final ExecutorService watch;

  WatchedHttpClient(SdkHttpClient client, Patience patience) {
    this.client = client;
    this.patience = patience;
    var tick = patience.idle().dividedBy(TICKS_PER_LIMIT);
    this.watch =
        Workers.watch(
            "store-watch",
            tick.compareTo(LONGEST_TICK) < 0 ? tick : LONGEST_TICK,
            running,
            Watched::look);
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    var http = request.httpRequest();
    var exchange =
        new Exchange(
            patience,
            http.method() == SdkHttpMethod.POST
                && http.firstMatchingRawQueryParameter("uploadId").isPresent(),
            length(request),
            Operation.CURRENT.isBound() ? Operation.CURRENT.get().started() : System.nanoTime());
    var counted = HttpExecuteRequest.builder().request(http);
    request.metricCollector().ifPresent(counted::metricCollector);
    request
        .contentStreamProvider()
        .ifPresent(content -> counted.contentStreamProvider(counted(content, exchange)));
    return new Watched(client.prepareRequest(counted.build()), exchange);
  }

  private static long length(HttpExecuteRequest request) {
    return request.contentStreamProvider().isPresent() ? contentLength(request.httpRequest()) : 0;
  }

  private static long contentLength(SdkHttpRequest http) {
    return http.firstMatchingHeader("Content-Length").map(Long::parseLong).orElse(Long.MAX_VALUE);
  }

  private static ContentStreamProvider counted(ContentStreamProvider content, Exchange exchange) {
    return () -> {
      exchange.bodyOpened();
      return new SentBody(content.newStream(), exchange);
    };
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public void close() {
    watch.shutdownNow();
    client.close();
  }

  private final class Watched implements ExecutableHttpRequest {
    private final ExecutableHttpRequest request;
    private final Exchange exchange;

    Watched(ExecutableHttpRequest request, Exchange exchange) {
      this.request = request;
      this.exchange = exchange;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      running.add(this);
      var goesOn = false;
      try {
        if (exchange.mustEnd(System.nanoTime())) {
          throw new IOException("not begun");
        }
        var response = request.call();
        exchange.answered();
        goesOn = response.responseBody().isPresent();
        return goesOn ? watched(response) : response;
      } catch (IOException e) {
        throw exchange.reason(e);
      } catch (RuntimeException e) {
        throw exchange.reason(e);
      } finally {
        if (!goesOn) {
          running.remove(this);
        }
      }
    }

    private HttpExecuteResponse watched(HttpExecuteResponse response) {
      var body = response.responseBody().orElseThrow();
      return HttpExecuteResponse.builder()
          .response(response.httpResponse())
          .responseBody(
              AbortableInputStream.create(
                  new ReceivedBody(body, exchange, () -> running.remove(this)),
                  () -> {
                    running.remove(this);
                    body.abort();
                  }))
          .build();
    }

    /** Ends it if it must end; the thread that waits cannot. */
    void look() {
      if (exchange.mustEnd(System.nanoTime())) {
        // Closing a TLS socket can take time, and others are to be watched.
        Workers.aside(this::abort);
      }
    }

    @Override
    public void abort() {
      request.abort();
    }
  }

  /** What the client takes from here goes to the network at once. */
  private static final class SentBody extends FilterInputStream {
    private final Exchange exchange;

    SentBody(InputStream body, Exchange exchange) {
      super(body);
      this.exchange = exchange;
    }

    @Override
    public int read() throws IOException {
      var value = in.read();
      exchange.sent(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      var count = in.read(into, offset, length);
      exchange.sent(Math.max(0, count));
      return count;
    }
  }

  private static final class ReceivedBody extends FilterInputStream {
    private final Exchange exchange;
    private final Runnable end;

    ReceivedBody(InputStream body, Exchange exchange, Runnable end) {
      super(body);
      this.exchange = exchange;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      exchange.readStarts();
      try {
        var count = in.read(into, offset, length);
        if (count < 0) {
          end.run();
        } else {
          exchange.received(count);
        }
        return count;
      } catch (IOException e) {
        end.run();
        throw exchange.reason(e);
      } catch (RuntimeException e) {
        end.run();
        throw exchange.reason(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        end.run();
      }
    }
  }
}
