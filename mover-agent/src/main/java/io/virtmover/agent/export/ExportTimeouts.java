// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.time.Duration;

/**
 * How patient the client is. The export server has no time limits of its own.
 *
 * @param connect for a connection to be made
 */
public record ExportTimeouts(Duration connect, Exchange exchange, Retry retry) {

  /**
   * The limits of one request and its answer.
   *
   * @param idle without a single byte, before and within an answer
   * @param leastBytes an answer has to bring within each {@code window}; also what counts as
   *     progress between two failures, so that a byte now and then does not keep a backup waiting
   *     for ever
   * @param window see {@code leastBytes}
   * @param total from the request to the last byte; what has arrived by then is kept
   */
  public record Exchange(Duration idle, long leastBytes, Duration window, Duration total) {}

  /**
   * How long a request that fails is repeated.
   *
   * @param firstPause between two tries; it doubles with each
   * @param longestPause where the doubling ends
   * @param odd how long an answer may be wrong in a way that does not look like an outage
   * @param firstContact how long it may take until anything answers at all
   * @param outage how long nothing may come from a server that answers or has answered: the
   *     exporter pod may be rescheduled, the tunnel behind it come and go
   */
  public record Retry(
      Duration firstPause,
      Duration longestPause,
      Duration odd,
      Duration firstContact,
      Duration outage) {}

  /** Six minutes for a pod that comes back, one for an address that may be wrong. */
  public static ExportTimeouts usual() {
    return new ExportTimeouts(
        Duration.ofSeconds(10),
        new Exchange(
            Duration.ofSeconds(60), 240 << 10, Duration.ofSeconds(60), Duration.ofMinutes(10)),
        new Retry(
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(6)));
  }
}
