// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.time.Duration;

/**
 * How patient the client is. The export server has no time limits of its own.
 *
 * @param connect for a connection to be made
 * @param stall without a single byte, before and within an answer
 * @param retry how long a range that was served before may keep failing: the exporter pod may be
 *     rescheduled
 * @param firstContact how long it may take until anything answers at all
 */
public record ExportTimeouts(
    Duration connect, Duration stall, Duration retry, Duration firstContact) {
  /** Six minutes for a pod that comes back, one for an address that may be wrong. */
  public static ExportTimeouts usual() {
    return new ExportTimeouts(
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofMinutes(6),
        Duration.ofMinutes(1));
  }
}
