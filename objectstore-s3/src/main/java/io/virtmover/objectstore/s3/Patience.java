// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import java.time.Duration;

/**
 * How long the store is waited for, and how often it is asked again.
 *
 * @param idle longest time without a byte in either direction, and without an answer
 * @param assembly what stands in for {@code idle} while a store puts an upload's parts together: it
 *     may copy them all before it answers
 * @param window stretch of time over which the rate of a body is looked at
 * @param leastBytes what has to pass in each window while a body is on its way
 * @param deadline end of one operation, with all its tries
 * @param attempts tries of one request
 * @param pause shortest pause before a next try
 */
record Patience(
    Duration idle,
    Duration assembly,
    Duration window,
    long leastBytes,
    Duration deadline,
    int attempts,
    Duration pause) {
  /** A line of 5 Mbit/s shared by 48 connections still has three times the least rate. */
  static final Patience DEFAULT =
      new Patience(
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          240 << 10,
          Duration.ofMinutes(30),
          8,
          Duration.ofMillis(150));

  /** For who looks again by himself, and is to know early that the store does not answer. */
  static final Patience LOOK =
      new Patience(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          80 << 10,
          Duration.ofMinutes(1),
          8,
          Duration.ofMillis(150));

  /** For what can be left undone. */
  static final Patience BRIEF =
      new Patience(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          1,
          Duration.ofSeconds(10),
          3,
          Duration.ofMillis(150));
}
