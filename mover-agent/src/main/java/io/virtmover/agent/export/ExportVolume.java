// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One exported volume. Every answer's bytes are counted; what breaks off, stalls or is refused for
 * the moment is asked again from the last byte that arrived, inside a deadline. Thread-safe.
 */
public final class ExportVolume implements AutoCloseable {
  /** An answer that is not the data: what to think of it. */
  sealed interface Answer {
    /** Status 200, body complete. */
    record Ok() implements Answer {}

    /** Any other status. */
    record Status(int code, String text) implements Answer {}
  }

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int ERROR_TEXT = 300;

  /** QEMU serves 100 NBD connections; a VM may have several disks. */
  public static final int MOST_STREAMS = 16;

  private final String url;
  private final ExportAccess access;
  private final ExportTimeouts timeouts;
  private final HttpClient client;
  private final ConcurrencyTuner tuner = new ConcurrencyTuner(MOST_STREAMS);
  private volatile boolean answered;

  /**
   * @param url the volume's address: what its map and data endpoints have in common
   */
  public ExportVolume(URI url, ExportAccess access, ExportTimeouts timeouts) {
    this.url = checked(url);
    this.access = access;
    this.timeouts = timeouts;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(access.tls())
            .connectTimeout(timeouts.connect())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  private static String checked(URI url) {
    var plain = url.getHost() != null && url.getQuery() == null && url.getFragment() == null;
    if (!"https".equalsIgnoreCase(url.getScheme()) || !plain || url.getUserInfo() != null) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "'%s' is not the https address of an exported volume; take the endpoint from the"
                  .formatted(url)
              + " VirtualMachineExport's status.links, without /map or /data.");
    }
    return url.toString().replaceAll("/+$", "");
  }

  public String name() {
    return url;
  }

  /**
   * Fills {@code into} with the volume's bytes from {@code offset} on.
   *
   * @throws VirtMoverException {@code UNAVAILABLE} after the deadline, {@code ACCESS_DENIED},
   *     {@code CORRUPT_SOURCE} if the server keeps sending more or fewer bytes than asked for
   */
  public void read(long offset, ByteBuffer into) {
    var wanted = into.remaining();
    tuner.acquire();
    try {
      readWhole(offset, into);
    } finally {
      tuner.release(into.hasRemaining() ? 0 : wanted);
    }
  }

  private void readWhole(long offset, ByteBuffer into) {
    var start = into.position();
    var patience = new Patience("data at byte " + offset);
    while (into.hasRemaining()) {
      var at = offset + into.position() - start;
      var before = into.position();
      try {
        var answer = get("/data?offset=%d&length=%d".formatted(at, into.remaining()), into);
        switch (answer) {
          case Answer.Ok() -> {
            if (into.hasRemaining()) {
              patience.shortAnswer(into.position() - before, into.remaining());
            }
          }
          case Answer.Status status -> patience.status(status, 500, 502, 503);
        }
      } catch (Broken e) {
        patience.broken(e, into.position() > before);
      }
    }
  }

  /**
   * Fetches a map page.
   *
   * @param into the JSON goes here
   * @return whether there is one; false if the server says 500 at an offset where that may mean the
   *     end of the disk
   */
  boolean map(long offset, long length, int pageSize, ByteBuffer into, boolean mayBeEnd) {
    var patience = new Patience("map at byte " + offset);
    while (true) {
      try {
        var query = "/map?offset=%d&length=%d&page_size=%d".formatted(offset, length, pageSize);
        switch (get(query, into.clear())) {
          case Answer.Ok() -> {
            into.flip();
            return true;
          }
          case Answer.Status(var code, var _) when code == 500 && mayBeEnd -> {
            return false;
          }
          case Answer.Status status -> patience.status(status, 500, 502, 503);
        }
      } catch (Broken e) {
        patience.broken(e, false);
      }
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private Answer get(String query, ByteBuffer into) throws Broken {
    var builder = HttpRequest.newBuilder(URI.create(url + query)).GET();
    access.token().ifPresent(token -> builder.header(ExportAccess.TOKEN_HEADER, token));
    var body = new BodyBuffer(into);
    var errorText = ByteBuffer.allocate(ERROR_TEXT);
    var exchange =
        client.sendAsync(
            builder.build(), head -> head.statusCode() == 200 ? body : new BodyBuffer(errorText));
    try {
      var response = await(exchange, body);
      answered = true;
      if (response.statusCode() != 200) {
        var text = new String(errorText.array(), 0, errorText.position(), StandardCharsets.UTF_8);
        return new Answer.Status(response.statusCode(), text.strip());
      }
      if (response.body()) {
        throw new VirtMoverException(
            FailureKind.CORRUPT_SOURCE,
            "%s%s sent more bytes than asked for; the exporter cannot be trusted."
                .formatted(url, query));
      }
      return new Answer.Ok();
    } finally {
      body.abandon();
      exchange.cancel(true);
    }
  }

  private HttpResponse<Boolean> await(
      CompletableFuture<HttpResponse<Boolean>> exchange, BodyBuffer body) throws Broken {
    while (true) {
      try {
        return exchange.get(WATCH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (System.nanoTime() - body.lastArrival() > timeouts.stall().toNanos()) {
          throw new Broken("no byte came for " + timeouts.stall().toSeconds() + " s", null);
        }
      } catch (ExecutionException e) {
        throw Broken.because(url, Objects.requireNonNullElse(e.getCause(), e));
      } catch (InterruptedException e) {
        throw canceled(e);
      }
    }
  }

  private VirtMoverException canceled(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new VirtMoverException(
        FailureKind.CANCELED, "Reading %s was canceled.".formatted(url), cause);
  }

  /** Decides, for one range, whether to ask again or to give up. */
  private final class Patience {
    private static final int WRONG_ANSWERS = 5;

    private final String what;
    private final long started = System.nanoTime();
    private long lastProgress = started;
    private int wrongAnswers;
    private Duration pause = FIRST_PAUSE;

    Patience(String what) {
      this.what = what;
    }

    void status(Answer.Status status, Integer... temporary) {
      switch (status.code()) {
        case 401 ->
            throw new VirtMoverException(
                FailureKind.ACCESS_DENIED,
                "%s refused the export token (401); pass the value of the token secret with"
                        .formatted(url)
                    + " --export-token.");
        case 404 ->
            throw new VirtMoverException(
                FailureKind.INVALID_REQUEST,
                "%s is not there (404): the volume is not part of this export, or the export has"
                        .formatted(url)
                    + " ended.");
        default -> {
          if (!List.of(temporary).contains(status.code())) {
            throw new VirtMoverException(
                FailureKind.INTERNAL,
                "%s answered %d to a request for its %s: %s"
                    .formatted(url, status.code(), what, status.text()));
          }
          if (status.code() == 500 && ++wrongAnswers >= WRONG_ANSWERS) {
            throw unavailable("it answered 500 again and again: " + status.text(), null);
          }
          waitOrGiveUp("it answered %d: %s".formatted(status.code(), status.text()), null);
        }
      }
    }

    void shortAnswer(int received, int missing) {
      if (++wrongAnswers >= WRONG_ANSWERS) {
        throw new VirtMoverException(
            FailureKind.CORRUPT_SOURCE,
            "%s ended its %s cleanly %d bytes early, %d times; the disk is smaller than its stated"
                    .formatted(url, what, missing, wrongAnswers)
                + " size or the exporter is broken.");
      }
      waitOrGiveUp("it sent only %d bytes".formatted(received), null);
    }

    void broken(Broken failure, boolean progress) {
      if (progress) {
        lastProgress = System.nanoTime();
        pause = FIRST_PAUSE;
      }
      waitOrGiveUp(failure.getMessage(), failure);
    }

    private void waitOrGiveUp(@Nullable String why, @Nullable Throwable cause) {
      var limit = answered ? timeouts.retry() : timeouts.firstContact();
      if (System.nanoTime() - lastProgress > limit.toNanos()) {
        throw unavailable(why, cause);
      }
      try {
        Thread.sleep(pause.plusMillis(ThreadLocalRandom.current().nextLong(100)));
      } catch (InterruptedException e) {
        throw canceled(e);
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }

    private VirtMoverException unavailable(@Nullable String why, @Nullable Throwable cause) {
      return new VirtMoverException(
          FailureKind.UNAVAILABLE,
          "%s did not deliver its %s within %d s: %s. Check the VirtualMachineExport and its pod."
              .formatted(url, what, (System.nanoTime() - started) / 1_000_000_000, why),
          cause);
    }
  }
}
