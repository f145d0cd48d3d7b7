// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** What an export server does wrong on demand. All switches can be set while it runs. */
public final class ExportFaults {
  /** How a data body goes wrong. */
  public enum Body {
    /** The connection is closed in the middle. */
    ABORT,
    /** It ends cleanly, but too early. */
    SHORT,
    /** It goes on after its end. */
    ENDLESS,
    /** It stops without ending. */
    STALL
  }

  /** How far a lost tunnel is from being back. */
  enum Outage {
    NONE,
    /** No tunnel: 503. */
    NOT_CONNECTED,
    /** A tunnel, but nothing behind it: 500 for a map, an aborted connection for data. */
    NO_NBD
  }

  /** A data fault: which, after how many bytes, how many more times. */
  record DataFault(Body body, long afterBytes) {}

  /** What a map request asked for. */
  public record MapQuery(String volume, long offset, long length, int pageSize) {}

  private final AtomicReference<Duration> nextLoss = new AtomicReference<>(Duration.ZERO);
  private volatile long lostFor;
  private volatile long lostAt;
  private final AtomicInteger unavailable = new AtomicInteger();
  private final AtomicInteger dataFaults = new AtomicInteger();
  private volatile DataFault dataFault = new DataFault(Body.ABORT, 0);
  private volatile Duration pieceLatency = Duration.ZERO;
  private volatile Function<MapQuery, Optional<String>> map = _ -> Optional.empty();
  private final DataGate gate = new DataGate();

  /** The next {@code requests} are answered 503, as before the tunnel is up. */
  public void unavailable(int requests) {
    unavailable.set(requests);
  }

  /** The next {@code requests} data bodies go wrong after so many bytes. */
  public void data(int requests, Body body, long afterBytes) {
    dataFault = new DataFault(body, afterBytes);
    dataFaults.set(requests);
  }

  /** How many of these requests have not come yet. */
  public int left() {
    return unavailable.get() + dataFaults.get();
  }

  /** Every 256 KiB of data take this much longer. */
  public void latency(Duration perPiece) {
    pieceLatency = perPiece;
  }

  /** After so many bytes more, counted over all requests, data waits until {@link #release}. */
  public void holdAfter(long bytes) {
    gate.holdAfter(bytes);
  }

  /** Data flows again. */
  public void release() {
    gate.release();
  }

  /** Waits until data is held back from somebody; false when time is up. */
  public boolean awaitHeld(Duration patience) throws InterruptedException {
    return gate.awaitHeld(patience);
  }

  /** Answers map requests with other JSON where the function gives some. */
  public void map(Function<MapQuery, Optional<String>> answer) {
    map = answer;
  }

  /**
   * The next map request loses the tunnel, and is answered 500. For half the time there is none,
   * for the other half there is nothing behind it.
   */
  public void loseTunnel(Duration away) {
    nextLoss.set(away);
  }

  /** What a request meets now. */
  Outage outage(boolean isMap) {
    var loss = isMap ? nextLoss.getAndSet(Duration.ZERO) : Duration.ZERO;
    if (!loss.isZero()) {
      lostAt = System.nanoTime();
      lostFor = loss.toNanos();
      return Outage.NO_NBD;
    }
    var since = System.nanoTime() - lostAt;
    if (since >= lostFor) {
      return Outage.NONE;
    }
    return since < lostFor / 2 ? Outage.NOT_CONNECTED : Outage.NO_NBD;
  }

  boolean takeUnavailable() {
    return unavailable.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  Optional<DataFault> takeDataFault() {
    return dataFaults.getAndUpdate(left -> Math.max(0, left - 1)) > 0
        ? Optional.of(dataFault)
        : Optional.empty();
  }

  void awaitPassage(int bytes) throws InterruptedException {
    gate.pass(bytes);
  }

  Duration pieceLatency() {
    return pieceLatency;
  }

  Optional<String> mapAnswer(MapQuery query) {
    return map.apply(query);
  }
}
